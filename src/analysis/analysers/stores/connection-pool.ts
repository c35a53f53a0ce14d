import type { Analyser, Finding } from '../../finding.ts';
import { isUnready } from '../../health.ts';
import { isSame, keyOf, nameOf } from '../../object-ref.ts';
import { workloadOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { clientsOf, storeKindOf, storeOf } from '../../stores.ts';
import { findingsOf } from '../said.ts';

/** The pool of a client waits, but its store is down: that is no matter of connections. */
const STORE_DOWN = 0.4;
/** The store has none left, and one client has just been given more. */
const GREEDY = 0.9;

/** Variables that say how many connections a client may hold. */
const POOL_SETTING = /POOL|MAX_?CONN|CONNECTION_?LIMIT|MAX_?OPEN/i;

/**
 * Connections that have run out: of the store, when it says so; of a client's own pool, when only the client waits; and
 * of a client that was just changed to hold more than the others, when it is what took them.
 */
export const connectionPool: Analyser = {
  looksFor: 'databases and pools without a connection left',
  analyse(situation) {
    const found = findingsOf(
      situation.sightings.filter(
        ({ signature }) => signature.failureMode === 'connection-pool-exhausted',
      ),
      situation,
    );
    return found.flatMap((finding) => [
      weighed(finding, found, situation),
      ...greedy(finding, situation),
    ]);
  },
};

function weighed(finding: Finding, all: readonly Finding[], situation: Situation): Finding {
  const { cluster, dependencies } = situation;
  const workload = workloadOf(finding.object, cluster);
  if (workload === null || storeKindOf(workload) !== null) return finding;
  const store = storeOf(finding.object, null, cluster, dependencies);
  if (store === null) return finding;
  // The store itself is out of connections: that its clients wait follows from it.
  const follows = all.some((it) => isSame(it.object, store.ref));
  return follows || isUnready(store) ? { ...finding, score: finding.score * STORE_DOWN } : finding;
}

function greedy(
  finding: Finding,
  { cluster, dependencies, changes, quotes }: Situation,
): Finding[] {
  const store = workloadOf(finding.object, cluster);
  if (store === null || storeKindOf(store) === null) return [];
  return clientsOf(store.ref, cluster, dependencies).flatMap(({ ref, template }): Finding[] => {
    const change = changes.find(
      ({ object, namespace, kind, summary, details }) =>
        object === `${ref.kind}/${ref.name}` &&
        namespace === ref.namespace &&
        ((kind === 'scale' && /from \d+ to \d+/.test(summary) && grew(summary)) ||
          details.some((line) => POOL_SETTING.test(line))),
    );
    if (change === undefined) return [];
    const setting = template.spec.containers.some(({ env }) =>
      env.some(({ name }) => POOL_SETTING.test(name)),
    );
    return [
      {
        ...finding,
        object: ref,
        statement: `${nameOf(ref)} holds the connections that ${nameOf(store.ref)} has none left of: it was just changed to hold more.`,
        why: `${nameOf(ref)} was changed at ${change.at}, ${change.summary}, and then the store ran out.`,
        citations: [
          ...finding.citations.slice(0, 1),
          ...quotes.line(change.evidence, new RegExp(` ${ref.kind}/${ref.name}\\b`)),
          ...(setting ? quotes.object(ref, POOL_SETTING).slice(0, 1) : []),
        ],
        score: GREEDY,
        explains: [store.ref, ...finding.explains.filter((it) => keyOf(it) !== keyOf(ref))],
        since: change.at,
      },
    ];
  });
}

function grew(summary: string): boolean {
  const [, from = '0', to = '0'] = /from (\d+) to (\d+)/.exec(summary) ?? [];
  return Number(to) > Number(from);
}
