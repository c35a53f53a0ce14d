import { levelIn } from '../../../evidence/log-level.ts';
import type { Citation } from '../../../report/report.ts';
import { keyOf, type ObjectRef } from '../../object-ref.ts';
import { podsOf, unreadySince } from '../../owners.ts';
import { quoteSeries, type Signals } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

/** What went wrong with a workload after a moment. */
export interface Trouble {
  /** As it completes "since then …". */
  text: string;
  since: string | null;
  citations: Citation[];
  /** The workload's own, whatever it needs: it does not run. */
  isOwn: boolean;
}

/** Clocks and scrapes are not exact. */
const EARLY_MS = 90_000;
/** What begins later has another cause. */
const SOON_MS = 20 * 60_000;
const MIN_ERRORS = 2;

/** Trouble of a workload that began after an instant, and soon enough. */
export function troubleAfter(
  ref: ObjectRef,
  at: string,
  signals: Signals,
  situation: Situation,
): Trouble[] {
  const follows = (since: string | null | undefined) => {
    const late = Date.parse(since ?? '') - Date.parse(at);
    return late >= -EARLY_MS && late <= SOON_MS;
  };
  return [
    ...unready(ref, follows, situation),
    ...shifted(ref, follows, signals, situation),
    ...newErrors(ref, at, situation),
  ];
}

type Follows = (since: string | null | undefined) => boolean;

function unready(ref: ObjectRef, follows: Follows, { cluster, quotes }: Situation): Trouble[] {
  const broken = podsOf(ref, cluster).flatMap((pod) => {
    const ended = pod.status.containerStatuses.find(
      ({ lastState, state }) => (state.terminated ?? lastState.terminated)?.exitCode ?? 0,
    );
    const since = unreadySince(pod) ?? (ended ? pod.metadata.creationTimestamp : null);
    return since != null && follows(since) ? [{ pod, since, ended }] : [];
  });
  const [first] = broken;
  if (first === undefined) return [];
  const { metadata } = first.pod;
  const pod = { kind: 'Pod', namespace: metadata.namespace, name: metadata.name };
  return [
    {
      text: first.ended ? 'its pods crash' : 'its pods are not ready',
      since: first.since,
      citations: quotes.object(pod),
      isOwn: true,
    },
  ];
}

function shifted(
  ref: ObjectRef,
  follows: Follows,
  signals: Signals,
  situation: Situation,
): Trouble[] {
  return (['errors', 'duration'] as const).flatMap((id): Trouble[] => {
    const shift = signals.moved(id, ref, 'up');
    if (shift === null || !follows(shift.since)) return [];
    return [
      {
        text: id === 'errors' ? 'its requests fail' : 'its requests are slow',
        since: shift.since,
        citations: quoteSeries(shift.series, situation),
        isOwn: false,
      },
    ];
  });
}

/** Lines that it did not write before; what it wrote before has to be known, or its pods are new. */
function newErrors(ref: ObjectRef, at: string, { logs, quotes }: Situation): Trouble[] {
  const own = logs.entries.filter(({ workload }) => workload && keyOf(workload) === keyOf(ref));
  const isError = ({ text }: { text: string }) => {
    const level = levelIn(text);
    return level === 'error' || level === 'fatal';
  };
  const moment = Date.parse(at) - EARLY_MS;
  const before = own.filter((entry) => Date.parse(entry.at) < moment && isError(entry));
  const after = own.filter((entry) => Date.parse(entry.at) >= moment && isError(entry));
  const [first] = after;
  const count = after.reduce((sum, entry) => sum + entry.count, 0);
  if (first === undefined || before.length > 0 || count < MIN_ERRORS) return [];
  if (Date.parse(first.at) - Date.parse(at) > SOON_MS) return [];
  return [{ text: 'it logs errors', since: first.at, citations: quotes.log(first), isOwn: false }];
}
