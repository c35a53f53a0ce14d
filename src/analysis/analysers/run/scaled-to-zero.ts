import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, nameOf, refOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** Something is to be reached there, or the symptom is about it. */
const MISSED = 0.93;
const IDLE = 0.5;
/** Who takes away replicas by plan: KEDA, Knative, kube-downscaler, sleep schedules. */
const BY_PLAN = /keda\.sh\/|knative\.dev\/|downscaler|downtime|uptime|sleep|schedule/i;

/** Workloads that somebody has scaled to none. */
export const scaledToZero: Analyser = {
  looksFor: 'workloads without replicas',
  analyse: (situation) =>
    situation.cluster.workloads
      .filter(({ ref, wanted }) => wanted === 0 && ['Deployment', 'StatefulSet'].includes(ref.kind))
      .flatMap((workload) =>
        isByPlan(workload, situation) ? [] : [findingOf(workload, situation)],
      ),
};

function isByPlan({ ref, metadata }: Workload, { cluster }: Situation): boolean {
  const words = [...Object.keys(metadata.annotations), ...Object.keys(metadata.labels)];
  if (words.some((word) => BY_PLAN.test(word))) return true;
  return cluster.autoscalers.some(
    ({ metadata: own, spec }) =>
      own.namespace === ref.namespace &&
      spec.scaleTargetRef.kind === ref.kind &&
      spec.scaleTargetRef.name === ref.name &&
      (spec.minReplicas === 0 || own.name.startsWith('keda-hpa-')),
  );
}

function findingOf(workload: Workload, situation: Situation): Finding {
  const { cluster, changes, quotes, targets } = situation;
  const { ref } = workload;
  const services = cluster.services.filter((service) =>
    behind(service, cluster).some((it) => isSame(it.ref, ref)),
  );
  const isMissed = services.length > 0 || targets.some((target) => isSame(target, ref));
  const scaled = changes
    .filter(
      ({ object, namespace, kind }) =>
        kind === 'scale' && object === `${ref.kind}/${ref.name}` && namespace === ref.namespace,
    )
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  const service = services[0]?.metadata;
  return {
    failureMode: 'scaled-to-zero',
    object: ref,
    severity: isMissed ? 'critical' : 'info',
    statement: `${nameOf(ref)} is scaled to zero replicas${scaled ? ` since ${scaled.at}` : ''}.`,
    why: service
      ? `Its specification wants no replicas, so that Service ${service.name} leads to nothing.`
      : 'Its specification wants no replicas.',
    citations: [
      ...quotes.object(ref),
      ...(scaled ? quotes.line(scaled.evidence, new RegExp(` ${ref.kind}/${ref.name} `)) : []),
    ],
    score: isMissed ? MISSED : IDLE,
    explains: services.map(({ metadata }) => refOf('Service', metadata)),
    since: scaled?.at ?? null,
  };
}
