/** Why nodes do not take a pod, in the scheduler's terms. */
export type ReasonKind =
  | 'cordoned'
  | 'control-plane'
  | 'condition'
  | 'taint'
  | 'selector'
  | 'resource'
  | 'pod-count'
  | 'ports'
  | 'volume-unbound'
  | 'volume-affinity'
  | 'volume-limit'
  | 'pod-affinity'
  | 'spread'
  | 'no-nodes';

export interface Reason {
  kind: ReasonKind;
  /** Nodes it was said of; 0 where it was said of the pod. */
  nodes: number;
  /** The resource, the taint or the claim. */
  detail: string;
}

/** The words of the scheduler's filter plugins since 1.22; the first that matches counts. */
const WORDS: readonly (readonly [kind: ReasonKind, words: RegExp])[] = [
  ['control-plane', /taint \{node-role\.kubernetes\.io\/(?:control-plane|master|etcd)/],
  ['cordoned', /were unschedulable|taint \{node\.kubernetes\.io\/unschedulable/],
  [
    'condition',
    /taint \{((?:node\.kubernetes\.io\/(?:not-ready|unreachable|memory-pressure|disk-pressure|pid-pressure|network-unavailable)|node\.cloudprovider\.kubernetes\.io\/)[^}]*)|were not ready|had unknown condition/,
  ],
  ['taint', /taint \{([^}]*)\}|untolerated taint/],
  ['volume-affinity', /volume node affinity conflict|no available volume zone/],
  [
    'volume-unbound',
    /unbound immediate PersistentVolumeClaims|didn't find available persistent volumes|did not have enough free storage|bound to non-?existent p(?:v|ersistentvolume)|persistentvolumeclaim "([^"]+)" (?:not found|is being deleted)|binding volumes: |(?:storageclass\S*) "([^"]+)" not found/i,
  ],
  [
    'volume-limit',
    /exceed max volume count|max (?:csi )?volume|no available disk|ReadWriteOncePod access mode already in-use/i,
  ],
  ['pod-affinity', /pod (?:anti-)?affinity|pods anti-affinity|affinity terms/],
  ['spread', /topology spread constraint/],
  [
    'selector',
    /node affinity|node selector|the requested node name|affinity\/selector|affinity conflict/i,
  ],
  ['pod-count', /Too many pods/i],
  ['ports', /free ports for the requested pod ports/],
  ['resource', /Insufficient (\S+?)[.,;]?(?:\s|$)/],
  ['resource', /(?:cannot allocate|could not allocate).*(claims?)/],
  ['no-nodes', /no nodes available to schedule/],
];

const OF_NODES = /^0\/(\d+) nodes are available: ?/;

/** `0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: …` as its reasons. */
export function reasonsIn(message: string): Reason[] {
  const text = message.replace(/preemption: .*$/s, '').trim();
  const parts = text.replace(OF_NODES, '').split(/[,;]\s+(?=\d+ )/);
  return parts.flatMap((part) => {
    const nodes = Number(/^(\d+) /.exec(part)?.[1] ?? 0);
    for (const [kind, words] of WORDS) {
      const match = words.exec(part);
      if (match) return [{ kind, nodes, detail: match[1] ?? match[2] ?? '' }];
    }
    return [];
  });
}
