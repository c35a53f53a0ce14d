import type { Citation } from '../../../report/report.ts';
import type { PodSummary } from '../../../tools/kubernetes/pod-status.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { partsOf } from '../../system-pods.ts';
import { type Unscheduled, unscheduledPods } from './unscheduled.ts';

const DEFAULT_SCHEDULER = 'default-scheduler';
const SCHEDULER = /^kube-scheduler(?:$|-)/;
/** What stands beside the scheduler where the control plane runs as pods that can be seen. */
const CONTROL_PLANE = /^(?:kube-apiserver|kube-controller-manager|etcd)(?:$|-)/;
/** A scheduler takes less than a second for a pod. */
const PATIENCE_MS = 20_000;

/** Pods that no scheduler has looked at: they wait without a word. */
export const schedulerDown: Analyser = {
  looksFor: 'a scheduler that does not place pods',
  analyse: (situation) => {
    const ignored = unscheduledPods(situation).filter((it) => isIgnored(it, situation));
    const own = ignored.filter(({ pods }) => !isCustom(pods[0].spec.schedulerName));
    const custom = ignored.filter(({ pods }) => isCustom(pods[0].spec.schedulerName));
    return [...ofCluster(own, situation), ...custom.flatMap((it) => unserved(it, situation))];
  },
};

function isCustom(schedulerName: string): boolean {
  return schedulerName !== '' && schedulerName !== DEFAULT_SCHEDULER;
}

function isIgnored({ pods, message }: Unscheduled, { window }: Situation): boolean {
  const [{ metadata, status }] = pods;
  const told = status.conditions.some(({ type }) => type === 'PodScheduled');
  const waited = Date.parse(window.to) - Date.parse(metadata.creationTimestamp ?? '');
  return message === null && !told && waited >= PATIENCE_MS;
}

function ofCluster(ignored: readonly Unscheduled[], situation: Situation): Finding[] {
  const { quotes, systemPods, symptom } = situation;
  const schedulers = systemPods === null ? [] : partsOf(systemPods, SCHEDULER);
  const ill = schedulers.filter(({ healthy }) => !healthy);
  const allIll = schedulers.length > 0 && ill.length === schedulers.length;
  const gone =
    schedulers.length === 0 && systemPods !== null && partsOf(systemPods, CONTROL_PLANE).length > 0;
  const asked = /scheduler/i.test(symptom.name);
  if (ignored.length === 0 && !allIll && !(gone && asked)) return [];
  const line = (name: string): Citation[] =>
    systemPods === null
      ? []
      : quotes.line(systemPods.evidence, new RegExp(name.replaceAll('.', '\\.')));
  const words = ignored.map(({ owner }) => nameOf(owner)).join(', ');
  const state = gone ? 'is gone' : allIll ? `is ${ill[0]?.status ?? 'ill'}` : 'does not place them';
  return [
    {
      failureMode: 'scheduler-down',
      object: objectOf(ill[0] ?? schedulers[0]),
      severity: ignored.length > 0 || asked ? 'critical' : 'warning',
      statement:
        ignored.length > 0
          ? `No scheduler has looked at the pods of ${words}: kube-scheduler ${state}.`
          : `kube-scheduler ${state}: pods that are made now get no node.`,
      why:
        ignored.length > 0
          ? 'They wait without a node, and without the condition and the event that a scheduler leaves.'
          : 'Its own pods are not well.',
      citations: [
        ...(ill[0]
          ? line(ill[0].name)
          : gone
            ? line('kube-(?:apiserver|controller-manager)|etcd')
            : []),
        ...ignored.slice(0, 2).flatMap(({ pods }) => quotes.object(refOf('Pod', pods[0].metadata))),
      ],
      score: ignored.length === 0 ? 0.75 : allIll || gone ? 0.96 : 0.82,
      explains: ignored.map(({ owner }) => owner),
      since: ignored.flatMap(({ since }) => since ?? []).sort()[0] ?? null,
    },
  ];
}

/** A static pod is its own; where a Deployment makes them, that. */
function objectOf(pod: PodSummary | undefined): ObjectRef {
  const namespace = 'kube-system';
  if (pod === undefined) return { kind: 'Pod', namespace, name: 'kube-scheduler' };
  const { owner, name } = pod;
  return owner === null || owner.kind === 'Node'
    ? { kind: 'Pod', namespace, name }
    : { kind: owner.kind, namespace, name: owner.name };
}

/** The template asks for a scheduler that nobody runs. */
function unserved({ owner, pods, since }: Unscheduled, { quotes, cluster }: Situation): Finding[] {
  const [pod] = pods;
  const { schedulerName } = pod.spec;
  const serves = cluster.pods.some(
    (it) => it.spec.schedulerName === schedulerName && it.spec.nodeName !== '' && it !== pod,
  );
  return [
    {
      failureMode: 'scheduler-down',
      object: owner,
      severity: 'critical',
      statement: `Pods of ${nameOf(owner)} wait for the scheduler ${schedulerName}, which does not answer.`,
      why: 'They wait without a node, and no scheduler has left a condition or an event.',
      citations: [
        ...quotes.object(owner, /^\s+scheduler\s/),
        ...quotes.object(refOf('Pod', pod.metadata)),
      ],
      score: serves ? 0.7 : 0.9,
      explains: [],
      since,
    },
  ];
}
