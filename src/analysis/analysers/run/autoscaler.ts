import type { HorizontalPodAutoscaler } from '../../../tools/kubernetes/objects/workload.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';

const BLIND = 0.9;
/** At its maximum, and what it measures says that this is not enough. */
const NOT_ENOUGH = 0.88;
const AT_MAXIMUM = 0.6;

/** Autoscalers that may add no more, or do not know whether to. */
export const autoscalerLimit: Analyser = {
  looksFor: 'autoscalers at their maximum or without metrics',
  analyse: (situation) =>
    situation.cluster.autoscalers.flatMap((autoscaler) => [
      ...blind(autoscaler, situation),
      ...atMaximum(autoscaler, situation),
    ]),
};

function targetOf({ metadata, spec }: HorizontalPodAutoscaler): ObjectRef {
  return { ...spec.scaleTargetRef, namespace: metadata.namespace };
}

function blind(autoscaler: HorizontalPodAutoscaler, { quotes }: Situation): Finding[] {
  const { metadata, status } = autoscaler;
  const failed = status.conditions.find(
    ({ type, status: is, reason }) =>
      (type === 'ScalingActive' || type === 'AbleToScale') &&
      is === 'False' &&
      // Somebody scaled to none, or it waits on purpose.
      !/^(?:ScalingDisabled|BackoffBoth|BackoffDownscale|BackoffUpscale)$/.test(reason ?? ''),
  );
  if (failed === undefined) return [];
  const object = refOf('HorizontalPodAutoscaler', metadata);
  return [
    {
      failureMode: 'autoscaler-limit',
      object,
      severity: 'warning',
      statement: `${nameOf(object)} cannot scale ${nameOf(targetOf(autoscaler))}: ${failed.reason ?? 'it has no metrics'}.`,
      why: `Its condition ${failed.type} is False: ${(failed.message ?? '').slice(0, 160)}.`,
      citations: quotes.object(object, new RegExp(`\\b${failed.type}\\b`)),
      score: BLIND,
      explains: [targetOf(autoscaler)],
      since: failed.lastTransitionTime ?? null,
    },
  ];
}

function atMaximum(autoscaler: HorizontalPodAutoscaler, { quotes }: Situation): Finding[] {
  const { metadata, spec, status } = autoscaler;
  if (spec.maxReplicas <= spec.minReplicas || status.currentReplicas < spec.maxReplicas) return [];
  const limited = status.conditions.find(
    ({ type, status: is, reason }) =>
      type === 'ScalingLimited' && is === 'True' && reason === 'TooManyReplicas',
  );
  const object = refOf('HorizontalPodAutoscaler', metadata);
  const wantsMore = limited !== undefined || isAboveTarget(autoscaler);
  return [
    {
      failureMode: 'autoscaler-limit',
      object,
      severity: wantsMore ? 'critical' : 'info',
      statement: `${nameOf(object)} holds ${nameOf(targetOf(autoscaler))} at its maximum of ${spec.maxReplicas} replicas${wantsMore ? ', which is not enough' : ''}.`,
      why: wantsMore
        ? 'It wants more replicas than it may have.'
        : 'It has as many replicas as it may have.',
      citations: [
        ...quotes.object(object),
        ...(limited ? quotes.object(object, /TooManyReplicas/) : []),
      ],
      score: wantsMore ? NOT_ENOUGH : AT_MAXIMUM,
      explains: [targetOf(autoscaler)],
      since: limited?.lastTransitionTime ?? status.lastScaleTime ?? null,
    },
  ];
}

function isAboveTarget({ spec, status }: HorizontalPodAutoscaler): boolean {
  return spec.metrics.some((metric, index) => {
    const wanted = (metric.resource ?? metric.containerResource)?.target?.averageUtilization;
    const current = status.currentMetrics?.[index];
    const is = (current?.resource ?? current?.containerResource)?.current?.averageUtilization;
    return typeof wanted === 'number' && typeof is === 'number' && is > wanted * 1.1;
  });
}
