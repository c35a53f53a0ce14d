import { subjectOf } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';

/** As the quota admission plugin says it, in an event or a condition. */
const EXCEEDED =
  /exceeded quota: ([a-z0-9.-]+), requested: ([^,]+(?:,[a-z][^,=]*=[^,]+)*), used: (.+?), limited: (.+)$/;

/** A ResourceQuota that refuses what a controller wants to make. */
export const quotaExceeded: Analyser = {
  looksFor: 'objects that a ResourceQuota refuses',
  analyse: (situation) => situation.cluster.events.flatMap((event) => refusal(event, situation)),
};

function refusal(
  event: Situation['cluster']['events'][number],
  { cluster, quotes }: Situation,
): Finding[] {
  const [, quota, requested = '', used = '', limited = ''] = EXCEEDED.exec(event.message) ?? [];
  if (quota === undefined || !/^Failed/.test(event.reason)) return [];
  const owner = subjectOf(event, cluster);
  return [
    {
      failureMode: 'quota-exceeded',
      object: { kind: 'ResourceQuota', namespace: event.namespace, name: quota },
      severity: 'critical',
      statement: `ResourceQuota ${quota} refuses new pods of ${nameOf(owner)}: they request ${requested}, and ${used} of ${limited} is used.`,
      why: 'The API server refused the object and named the quota.',
      citations: [
        ...quotes.event(event),
        ...quotes.object(
          { kind: 'ResourceQuota', namespace: event.namespace, name: quota },
          /USED /,
        ),
      ],
      score: 0.95,
      explains: [owner],
      since: event.firstAt,
    },
  ];
}
