import type { ResolutionCheck } from '../investigation/check-resolution.ts';
import { differsInKind, type PodDelta } from '../investigation/compare-pods.ts';
import type { Workload } from '../investigation/workloads.ts';
import type { Cause } from '../report/report.ts';
import type { Change } from '../tools/changes/change.ts';
import { causeWords, plural, timeWords } from './words.ts';

/* What a thread says of a second look that no model took part in: one line each. */

const MAX_NAMED = 3;

interface Refiring {
  /** How often the group fired in the last 24 h, this time included. */
  times: number;
  /** Of the last report. */
  cause: Cause | null;
  /** Null when nothing could be compared. */
  delta: PodDelta | null;
  /** Whether it is investigated again. */
  again: boolean;
}

/** `4th time in 24 h, same cause as before (oom-killed · Deployment shop/checkout); new: checkout restarts 3 → 11.` */
export function refiringWords({ times, cause, delta, again }: Refiring): string {
  const count = times > 1 ? `${ordinal(times)} time in 24 h, ` : '';
  const end = again ? ' Investigating again.' : '';
  return `${sentence(`${count}${seenWords(delta, cause)}`)}${end}`;
}

function seenWords(delta: PodDelta | null, cause: Cause | null): string {
  if (delta === null) return 'the pods cannot be compared with those of the last investigation';
  if (differsInKind(delta)) return `not as before: ${listed(differences(delta))}`;
  const same =
    cause === null
      ? 'the pods fail as they did before'
      : `same cause as before (${causeWords(cause)})`;
  const news = [
    ...delta.restarts.map(
      ({ workload, before, now }) => `${workload.name} restarts ${before} → ${now}`,
    ),
    ...delta.recovered.map(({ name }) => `${name} is healthy`),
  ];
  return news.length === 0 ? `${same}; nothing new` : `${same}; new: ${listed(news)}`;
}

function differences({ differs }: PodDelta): string[] {
  return [
    ...differs.otherFailure.map(
      ({ name, failures }) => `${name} now fails with ${failures.join()}`,
    ),
    ...differs.unhealthy.map(({ name, failures }) => `${name} fails too (${failures.join(', ')})`),
  ];
}

/** `The suspected cause holds: Deployment shop/checkout no longer fails (OOMKilled) since rollout … at 03:41 UTC.` */
export function resolutionWords(check: ResolutionCheck, day: string): string {
  if (check.verdict === 'there') {
    return `The suspected cause is still there, or was not the cause: ${objectWords(check.object)} fails (${failureWords(check.object)}) although the alerts are resolved.`;
  }
  if (check.verdict === 'cannot-tell') {
    const changed =
      check.changes.length === 0
        ? 'No change is known.'
        : `Changed since: ${listed(check.changes.map((change) => changeWords(change, day)))}.`;
    return `Whether the suspected cause holds cannot be told from the pods: its object was not seen to fail. ${changed}`;
  }
  const gone = `${objectWords(check.object)} no longer fails (${failureWords(check.object)})`;
  return check.since === null
    ? `Whether the suspected cause holds is open: ${gone}, but nothing is known to have changed it.`
    : `The suspected cause holds: ${gone} since the ${changeWords(check.since, day)}.`;
}

/** `rollout of Deployment/checkout at 03:41 UTC (memory limit 256Mi → 512Mi)` */
function changeWords({ kind, object, at, summary }: Change, day: string): string {
  return `${kind} of ${object} at ${timeWords(at, day)} (${summary})`;
}

function objectWords({ kind, namespace, name }: Workload): string {
  return `${kind} ${namespace}/${name}`;
}

function failureWords({ failures }: Workload): string {
  return failures.join(', ');
}

function listed(items: string[]): string {
  const more = items.length - MAX_NAMED;
  const shown = items.slice(0, MAX_NAMED).join(', ');
  return more > 0 ? `${shown} and ${plural(more, 'other')}` : shown;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
