import type { Analyser, Finding } from '../../finding.ts';
import { isSame, nameOf, type ObjectRef } from '../../object-ref.ts';
import { workloadOf } from '../../owners.ts';
import type { Sighting } from '../../sightings.ts';
import type { Situation } from '../../situation.ts';
import { clientsOf, storeOf } from '../../stores.ts';
import { findingsOf } from '../said.ts';

/** Where several clients are refused by a store that was changed itself. */
const STORE_CHANGED = 0.9;
/** The store refuses somebody, and nothing tells whom. */
const UNKNOWN_CLIENT = 0.5;

/**
 * A store that refuses what a client signs in with. The client is at fault, as long as others get in; the store, when
 * it was changed and several are refused.
 */
export const storeCredentials: Analyser = {
  looksFor: 'clients that their store refuses',
  analyse(situation) {
    const sightings = situation.sightings.filter(
      ({ signature }) => signature.failureMode === 'store-credentials',
    );
    const byStore = Map.groupBy(sightings, (it) => storeKeyOf(it, situation));
    return [...byStore.values()].flatMap((group) => ofStore(group, situation));
  },
};

function storeKeyOf(
  { workload, signature }: Sighting,
  { cluster, dependencies }: Situation,
): string {
  return storeOf(workload, signature.store ?? null, cluster, dependencies)?.ref.name ?? '';
}

function ofStore(sightings: readonly Sighting[], situation: Situation): Finding[] {
  const { cluster, dependencies } = situation;
  const [first] = sightings;
  if (first === undefined) return [];
  const store = storeOf(first.workload, first.signature.store ?? null, cluster, dependencies);
  // What the store writes does not tell which of its clients it was; the client that is in trouble does.
  const clients = sightings.filter(({ workload }) => !store || !isSame(workload, store.ref));
  if (store && clients.length === 0) return fromStore(first, situation);
  const found = findingsOf(clients, situation);
  const changed = store && changeOf(store.ref, situation);
  const [best, ...others] = found;
  if (!store || !changed || best === undefined || others.length === 0) return found;
  return [
    {
      ...best,
      object: store.ref,
      statement: `${nameOf(store.ref)} refuses its clients ${found.map(({ object }) => object.name).join(', ')} since it was changed.`,
      why: `Several clients are refused, and it was the store that was changed at ${changed.at}.`,
      citations: found.flatMap(({ citations }) => citations.slice(0, 1)),
      score: STORE_CHANGED,
      explains: found.map(({ object }) => object),
      since: changed.at,
    },
    ...found.map((it) => ({ ...it, score: it.score * 0.7 })),
  ];
}

function changeOf({ kind, namespace, name }: ObjectRef, { changes }: Situation) {
  return changes.find((it) => it.object === `${kind}/${name}` && it.namespace === namespace);
}

/** Only the store tells: its one client in trouble it is, or else nobody knows. */
function fromStore(sighting: Sighting, situation: Situation): Finding[] {
  const { cluster, dependencies, quotes } = situation;
  const store = workloadOf(sighting.workload, cluster);
  if (store === null) return [];
  const clients = clientsOf(store.ref, cluster, dependencies);
  const troubled = clients.filter(({ ready, wanted }) => ready < wanted);
  const suspects = clients.length === 1 ? clients : troubled;
  if (suspects.length === 0) {
    return findingsOf([sighting], situation).map((it) => ({ ...it, score: UNKNOWN_CLIENT }));
  }
  return suspects.map(({ ref }) => ({
    failureMode: 'store-credentials',
    object: ref,
    severity: 'critical',
    statement: `${nameOf(store.ref)} refuses somebody's credentials, and ${nameOf(ref)} is its client in trouble.`,
    why: 'The store says that it refuses a client, and this one needs it.',
    citations: sighting.entries.slice(-1).flatMap((entry) => quotes.log(entry)),
    score: suspects.length === 1 ? 0.8 : 0.5,
    explains: [],
    since: sighting.since,
  }));
}
