import type { FailureMode } from '../../../report/failure-modes.ts';
import type { Terminated } from '../../../tools/kubernetes/objects/pod.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { failureOf, restartedIn, troubledSince } from '../../health.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import { podsOf } from '../../owners.ts';
import type { Sighting } from '../../sightings.ts';
import type { Situation } from '../../situation.ts';

/** 128 and the number of the signal, by what commonly sends it. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [132, 'an illegal instruction (SIGILL)'],
  [134, 'its own abort (SIGABRT)'],
  [135, 'a bus error (SIGBUS)'],
  [136, 'an arithmetic error (SIGFPE)'],
  [139, 'a segmentation fault (SIGSEGV)'],
]);
/** Killed, or told to leave, from outside: by a probe, a grace period that ran out, a person. */
const FROM_OUTSIDE = new Set([137, 143]);
/** The process was never there, or could not be run. */
const NEVER_RAN = new Set([125, 126, 127, 128]);

const BY_SIGNAL = 0.78;
const SAYS_WHY = 0.72;
const BY_CODE = 0.55;
const ENDED_FROM_OUTSIDE = 0.4;
/** It lost something that it needs, and then gave up. */
const FOR_ANOTHER = 0.35;

const OF_OTHERS: ReadonlySet<FailureMode> = new Set<FailureMode>([
  'dependency-down',
  'dns-failure',
  'connection-pool-exhausted',
  'database-read-only',
  'database-slow',
]);

/** Processes that end by their own fault, as far as nothing else is known to end them. */
export const applicationCrash: Analyser = {
  looksFor: 'processes that crash',
  analyse: (situation) =>
    situation.cluster.workloads.flatMap((workload) => crashOf(workload, situation)),
};

function crashOf(workload: Workload, situation: Situation): Finding[] {
  const { cluster, quotes, window, sightings } = situation;
  const ends = podsOf(workload.ref, cluster).flatMap((pod) =>
    pod.status.containerStatuses.flatMap((status) => {
      const ended =
        failureOf(status, window) ??
        endedWell(status.lastState.terminated, status.state.waiting?.reason);
      const isOwn =
        ended !== null && ended.reason !== 'OOMKilled' && !NEVER_RAN.has(ended.exitCode);
      return isOwn && (restartedIn(status, window) || status.state.terminated)
        ? [{ pod, container: status.name, ended }]
        : [];
    }),
  );
  const [first] = ends;
  if (first === undefined || workload.ref.kind === 'CronJob') return [];
  const own = sightings.filter((it) => isSame(it.workload, workload.ref));
  const words = own.find(({ signature }) => signature.failureMode === 'application-crash');
  const others = own.filter(({ signature }) => OF_OTHERS.has(signature.failureMode));
  const { pod, container, ended } = first;
  const ref = { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name };
  return [
    {
      failureMode: 'application-crash',
      object: workload.ref,
      severity: 'critical',
      statement: `Container ${container} of ${nameOf(workload.ref)} ${howOf(ended)}${words ? `: it ${words.signature.says}` : ''}.`,
      why: `The kubelet saw it end with exit code ${ended.exitCode}${ends.length > 1 ? `, as in ${ends.length} pods` : ''}.`,
      citations: [
        ...quotes.object(ref, /last ended|exit \d+/).slice(0, 1),
        ...(words ? quotes.log(words.entries.at(-1) ?? words.entries[0]) : []),
      ],
      score: scoreOf(ended, words, others),
      explains: [],
      since: troubledSince(workload.ref, cluster) ?? ended.finishedAt ?? null,
    },
  ];
}

/** What should run for ever and leaves without an error is in a crash loop all the same. */
function endedWell(ended: Terminated | undefined, waitsFor: string | undefined): Terminated | null {
  return waitsFor === 'CrashLoopBackOff' ? (ended ?? null) : null;
}

function howOf({ exitCode }: Terminated): string {
  const signal = SIGNALS.get(exitCode);
  if (signal) return `was ended by ${signal}`;
  if (FROM_OUTSIDE.has(exitCode))
    return `was ended from outside with ${exitCode === 137 ? 'SIGKILL' : 'SIGTERM'}`;
  return exitCode === 0 ? 'leaves by itself without an error' : `leaves with exit code ${exitCode}`;
}

function scoreOf(
  { exitCode }: Terminated,
  words: Sighting | undefined,
  others: readonly Sighting[],
): number {
  if (SIGNALS.has(exitCode)) return BY_SIGNAL;
  if (others.length > 0) return FOR_ANOTHER;
  if (FROM_OUTSIDE.has(exitCode)) return ENDED_FROM_OUTSIDE;
  return words ? Math.max(SAYS_WHY, words.signature.score) : BY_CODE;
}
