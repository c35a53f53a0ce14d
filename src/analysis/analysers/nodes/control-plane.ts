import type { PodSummary } from '../../../tools/kubernetes/pod-status.ts';
import type { Analyser, Finding } from '../../finding.ts';
import type { LogEntry } from '../../logs.ts';
import { keyOf, type ObjectRef } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { partsOf } from '../../system-pods.ts';

/** The API server, etcd and the controllers: nothing changes while they are away. */
export const controlPlane: Analyser = {
  looksFor: 'an API server, etcd or controller manager that fails',
  analyse: (situation) => [...unhealthyParts(situation), ...saidByClients(situation)],
};

const PART = /^(?:kube-apiserver|etcd|kube-controller-manager|cloud-controller-manager)(?:-|$)/;

function unhealthyParts({ systemPods, cluster, quotes }: Situation): Finding[] {
  if (systemPods === null) return [];
  const pods = partsOf(systemPods, PART);
  const parts = Map.groupBy(pods, ({ name }) => componentOf(name));
  return [...parts].flatMap(([component, all]): Finding[] => {
    const down = all.filter(({ healthy }) => !healthy);
    const [first] = down;
    if (first === undefined) return [];
    const whole = down.length === all.length;
    return [
      {
        failureMode: 'control-plane',
        object: refOf(first),
        severity: whole ? 'critical' : 'warning',
        statement: `${component} of the control plane is not healthy: ${down.map(({ name, status }) => `${name} is ${status}`).join(', ')}.`,
        why: 'Its pod says so.',
        citations: quotes.line(systemPods.evidence, new RegExp(`^\\s*${first.name}\\b`)),
        score: whole ? 0.92 : 0.6,
        explains: whole ? cluster.workloads.map(({ ref }) => ref) : [],
        since: first.containers[0]?.last?.finishedAt ?? null,
      },
    ];
  });
}

function componentOf(pod: string): string {
  return PART.exec(pod)?.[0].replace(/-$/, '') ?? pod;
}

/** A static pod is owned by its node: it is changed where it stands. */
function refOf({ name, namespace, owner }: PodSummary): ObjectRef {
  return owner === null || owner.kind === 'Node'
    ? { kind: 'Pod', namespace, name }
    : { kind: owner.kind, namespace, name: owner.name };
}

const SAYS: readonly (readonly [component: string, words: RegExp])[] = [
  [
    'etcd',
    /etcdserver: (?:request timed out|leader changed|no leader|mvcc: database space exceeded|too many requests)/,
  ],
  [
    'kube-apiserver',
    /https:\/\/(?:10\.\d+\.\d+\.1|kubernetes\.default(?:\.svc)?(?:\.cluster\.local)?)(?::443)?\/\S{0,200}.{0,80}(?:connection refused|i\/o timeout|TLS handshake timeout|no route to host|context deadline exceeded|EOF)|the server is currently unable to handle the request|apiserver not ready|Error from server \(ServiceUnavailable\)/,
  ],
];

/** Operators and whatever else speaks to the API. */
function saidByClients({ logs, quotes, systemPods }: Situation): Finding[] {
  return SAYS.flatMap(([component, words]): Finding[] => {
    const entries = logs.entries.filter(({ text }) => words.test(text));
    const [first] = entries;
    if (first === undefined) return [];
    const callers = callersOf(entries);
    const pod = systemPods?.pods.find(({ name }) => name.startsWith(component));
    return [
      {
        failureMode: 'control-plane',
        object: pod ? refOf(pod) : { kind: 'Pod', namespace: 'kube-system', name: component },
        severity: 'critical',
        statement: `${component} does not answer ${
          callers
            .map(({ name }) => name)
            .slice(0, 3)
            .join(', ') || 'its clients'
        }.`,
        why: 'Clients of the API say so in their logs.',
        citations: entries.slice(0, 2).flatMap((it) => quotes.log(it)),
        score: callers.length > 1 ? 0.75 : 0.5,
        explains: callers,
        since: first.at,
      },
    ];
  });
}

function callersOf(entries: readonly LogEntry[]): ObjectRef[] {
  const callers = entries.flatMap(({ workload }) => (workload ? [workload] : []));
  return [...new Map(callers.map((ref) => [keyOf(ref), ref])).values()];
}
