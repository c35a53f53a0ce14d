import type { FailureMode } from '../../report/failure-modes.ts';
import type { Analyser, Finding } from '../finding.ts';
import { troubledSince } from '../health.ts';
import { isSame, keyOf, nameOf, type ObjectRef } from '../object-ref.ts';
import type { Sighting } from '../sightings.ts';
import type { Situation } from '../situation.ts';
import { storeOf, workloadsAt } from '../stores.ts';

/** Share of a score that is left where the workload that says it is itself well. */
const WELL = 0.92;
/** And where it said so only once. */
const ONCE = 0.85;
/** Where it may follow from what it cannot reach. */
const FOLLOWS = 0.65;
/** Where it speaks of a store, and nothing tells which. */
const UNKNOWN_STORE = 0.8;

/** What workloads say of one failure in their logs, blamed on whom the words point at. */
export function saidAnalyser(failureMode: FailureMode, looksFor: string): Analyser {
  return {
    looksFor,
    analyse: (situation) =>
      findingsOf(
        situation.sightings.filter(({ signature }) => signature.failureMode === failureMode),
        situation,
      ),
  };
}

/** One finding for each object that they blame. */
export function findingsOf(sightings: readonly Sighting[], situation: Situation): Finding[] {
  const groups = Map.groupBy(
    sightings.map((sighting) => ({ sighting, ...blamedBy(sighting, situation) })),
    ({ object }) => keyOf(object),
  );
  return [...groups.values()].flatMap((group) => {
    const [best, ...rest] = group.toSorted((a, b) => b.score - a.score);
    if (best === undefined) return [];
    return [
      findingOf(
        best,
        [best, ...rest].map(({ sighting }) => sighting),
        situation,
      ),
    ];
  });
}

interface Blamed {
  sighting: Sighting;
  object: ObjectRef;
  score: number;
}

function findingOf(
  { sighting, object, score }: Blamed,
  all: readonly Sighting[],
  { cluster, quotes }: Situation,
): Finding {
  const { signature, workload, count, since } = sighting;
  const speakers = [...new Map(all.map((it) => [keyOf(it.workload), it.workload])).values()];
  const others = speakers.filter((ref) => !isSame(ref, object));
  const times = all.flatMap((it) => [
    it.since,
    (it.inTrouble ? troubledSince(it.workload, cluster) : null) ?? it.since,
  ]);
  const [began = since] = times.sort((a, b) => Date.parse(a) - Date.parse(b));
  const [subject, rest] = isSame(workload, object)
    ? [nameOf(object), '']
    : [nameOf(workload), `, which points at ${nameOf(object)}`];
  return {
    failureMode: signature.failureMode,
    object,
    severity: 'critical',
    statement: `${subject} ${signature.says}${rest}.`,
    why: `${speakers.map(nameOf).join(', ')} ${speakers.length > 1 ? 'say' : 'says'} so in the logs, ${count === 1 ? 'once' : `${count} times`}, first at ${since}.`,
    citations: all.flatMap(({ entries }) => quotes.log(entries.at(-1) ?? entries[0])).slice(0, 3),
    score,
    explains: others,
    since: began,
  };
}

/** Whom a sighting blames, and how surely. */
function blamedBy(sighting: Sighting, situation: Situation): Omit<Blamed, 'sighting'> {
  const { signature, workload, names, inTrouble, count } = sighting;
  const { cluster, dependencies } = situation;
  // Who cannot reach what it needs complains of much else.
  const follows =
    signature.onlyInTrouble &&
    situation.sightings.some(
      (it) =>
        isSame(it.workload, workload) &&
        (it.signature.failureMode === 'dependency-down' ||
          it.signature.failureMode === 'dns-failure'),
    );
  const doubt = (inTrouble ? 1 : WELL * (count === 1 ? ONCE : 1)) * (follows ? FOLLOWS : 1);
  const score = signature.score * doubt;
  if (signature.blames === 'store') {
    const store = storeOf(workload, signature.store ?? null, cluster, dependencies);
    return store
      ? { object: store.ref, score }
      : { object: workload, score: score * UNKNOWN_STORE };
  }
  if (signature.blames === 'peer') {
    const host = names.host ?? hostIn(sighting);
    const [peer, ...more] = host === null ? [] : workloadsAt(host, workload.namespace, cluster);
    return { object: peer && more.length === 0 ? peer.ref : workload, score };
  }
  return { object: workload, score };
}

/** Of an address in the line: whose certificate it was. */
function hostIn({ entries }: Sighting): string | null {
  for (const { text } of entries) {
    const found =
      /(?:https?:\/\/|dial tcp |connect(?:ing|ion)? to |host[=: ]+)"?([a-z0-9](?:[a-z0-9.-]{0,120}[a-z0-9])?)/i.exec(
        text,
      );
    if (found?.[1]) return found[1];
  }
  return null;
}
