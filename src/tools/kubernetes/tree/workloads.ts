import type { TimeWindow } from '../../../alert/window.ts';
import type { Metadata } from '../objects/metadata.ts';
import type { Pod, PodSpec, PodTemplate } from '../objects/pod.ts';
import type { DaemonSet, Deployment, StatefulSet } from '../objects/workload.ts';
import { type PodSummary, summarisePod } from '../pod-status.ts';

export interface TreePod {
  pod: Pod;
  summary: PodSummary;
}

/** What makes pods, with the pods that it made; a pod that nothing made is one of itself. */
export interface Workload {
  kind: string;
  name: string;
  /** Null where it is not told: by nodes, or by an owner that is not read. */
  wanted: number | null;
  /** Of the pods that it makes. */
  labels: Record<string, string>;
  /** Null for one that is not read and has no pod. */
  spec: PodSpec | null;
  pods: TreePod[];
}

interface Makers {
  deployments: readonly Deployment[];
  statefulSets: readonly StatefulSet[];
  daemonSets: readonly DaemonSet[];
  /** To find the CronJob behind a pod. */
  jobs: readonly { metadata: Metadata }[];
}

/** Every workload of a namespace: those that are read, and those that only their pods tell of. */
export function workloadsOf(makers: Makers, pods: readonly Pod[], window: TimeWindow): Workload[] {
  const cronJobs = new Map<string, string>(
    makers.jobs.flatMap(({ metadata }) => {
      const owner = metadata.ownerReferences.find(({ kind }) => kind === 'CronJob');
      return owner ? [[`Job/${metadata.name}`, `CronJob/${owner.name}`] as const] : [];
    }),
  );
  const made = Map.groupBy(
    pods.map((pod) => ({ pod, summary: summarisePod(pod, window) })),
    ({ summary: { owner, name } }) => {
      const key = owner ? `${owner.kind}/${owner.name}` : `Pod/${name}`;
      return cronJobs.get(key) ?? key;
    },
  );
  const read = [
    ...makers.deployments.map((it) => fromTemplate('Deployment', it, it.spec.replicas)),
    ...makers.statefulSets.map((it) => fromTemplate('StatefulSet', it, it.spec.replicas)),
    ...makers.daemonSets.map((it) =>
      fromTemplate('DaemonSet', it, it.status.desiredNumberScheduled),
    ),
  ].map((workload) => {
    const key = `${workload.kind}/${workload.name}`;
    const own = made.get(key) ?? [];
    made.delete(key);
    return { ...workload, pods: own };
  });
  return [...read, ...[...made].map(([key, own]) => fromPods(key, own))];
}

function fromTemplate(
  kind: string,
  { metadata, spec }: { metadata: Metadata; spec: { template: PodTemplate } },
  wanted: number,
): Workload {
  const { template } = spec;
  const { labels } = template.metadata;
  return { kind, name: metadata.name, wanted, labels, spec: template.spec, pods: [] };
}

function fromPods(key: string, pods: TreePod[]): Workload {
  const [kind = '', name = ''] = key.split('/');
  const pod = pods[0]?.pod;
  return {
    kind,
    name,
    wanted: null,
    labels: pod?.metadata.labels ?? {},
    spec: pod?.spec ?? null,
    pods,
  };
}

/** Those that a Service sends to: a pod that has ended keeps its labels. */
export function livePods({ pods }: Workload): TreePod[] {
  return pods.filter(({ pod: { status } }) => !/^(?:Succeeded|Failed)$/.test(status.phase));
}

/** `Deployment/checkout`. */
export function workloadName({ kind, name }: Pick<Workload, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}
