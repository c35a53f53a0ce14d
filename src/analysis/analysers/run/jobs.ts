import type { Job } from '../../../tools/kubernetes/objects/workload.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, nameOf, refOf } from '../../object-ref.ts';
import { controllerOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** Each by the word of its condition. */
const REASONS: Readonly<Record<string, string>> = {
  BackoffLimitExceeded: 'its pods failed as often as they may',
  DeadlineExceeded: 'it took longer than it may',
  PodFailurePolicy: 'a pod failed in a way that ends it',
  FailedIndexes: 'some of its indexes failed',
  MaxFailedIndexesExceeded: 'too many of its indexes failed',
};
const FAILED = 0.88;
/** Its log says what it failed of, which is then the better answer. */
const FAILED_OF_SOMETHING = 0.7;

/** Jobs that have failed for good. */
export const jobFailed: Analyser = {
  looksFor: 'Jobs that have failed',
  analyse: (situation) => situation.cluster.jobs.flatMap((job) => failure(job, situation)),
};

function failure(job: Job, { quotes, sightings, window }: Situation): Finding[] {
  const failed = job.status.conditions.find(
    ({ type, status }) => (type === 'Failed' || type === 'FailureTarget') && status === 'True',
  );
  if (failed === undefined) return [];
  const own = refOf('Job', job.metadata);
  const above = controllerOf(job.metadata);
  const object = above ? { ...above, namespace: own.namespace } : own;
  const at = failed.lastTransitionTime ?? null;
  const isOld = at !== null && Date.parse(at) < Date.parse(window.from);
  const isExplained = sightings.some(
    ({ workload, signature }) =>
      (isSame(workload, object) || isSame(workload, own)) &&
      signature.failureMode !== 'application-crash',
  );
  const reason = failed.reason ?? '';
  return [
    {
      failureMode: 'job-failed',
      object: { kind: object.kind, namespace: object.namespace, name: object.name },
      severity: 'critical',
      statement: `${nameOf(own)} has failed: ${REASONS[reason] ?? reason}.`,
      why: `Its condition says ${reason}${failed.message ? `: ${failed.message.slice(0, 160)}` : ''}.`,
      citations: quotes.object(own, new RegExp(`\\b${reason || 'Failed'}\\b`)),
      score: (isExplained ? FAILED_OF_SOMETHING : FAILED) * (isOld ? 0.7 : 1),
      explains: [own],
      since: at,
    },
  ];
}
