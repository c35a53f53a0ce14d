import { type CallFailure, isOutside } from '../../call-failures.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { unique } from '../../troubled-calls.ts';

/** What callers say of those that they cannot reach, inside the cluster and outside of it. */
export const dependencyDown: Analyser = {
  looksFor: 'dependencies, inside the cluster or outside of it, that refuse or do not answer',
  analyse: (situation) => [...insideOf(situation), ...outsideOf(situation)],
};

function insideOf(situation: Situation): Finding[] {
  const refused = situation.callFailures.filter(
    ({ fault, service }) => service !== null && (fault === 'refused' || fault === 'unavailable'),
  );
  const byService = Map.groupBy(refused, ({ service }) => (service ? keyOf(service) : ''));
  return [...byService.values()].flatMap((group) => {
    const service = group[0]?.service;
    const [workload, ...others] = situation.cluster.services
      .filter(
        ({ metadata }) =>
          metadata.name === service?.name && metadata.namespace === service.namespace,
      )
      .flatMap((it) => behind(it, situation.cluster));
    if (!workload || others.length > 0) return [];
    const up = workload.ready > 0;
    return [
      findingOf(group, situation, {
        failureMode: 'dependency-down',
        object: workload.ref,
        says: `${nameOf(workload.ref)} ${up ? 'refuses connections though its pods are ready' : 'has no ready pod and refuses connections'}`,
        score: 0.5,
      }),
    ];
  });
}

/** A single failure of a distant system is every day's business. */
const ENOUGH = 2;

function outsideOf(situation: Situation): Finding[] {
  const outside = situation.callFailures.filter(
    ({ service, host }) => service === null && host !== null && isOutside(host),
  );
  return [...Map.groupBy(outside, ({ host }) => host ?? '')].flatMap(([host, group]) => {
    const count = group.reduce((sum, { entry }) => sum + entry.count, 0);
    if (count < ENOUGH) return [];
    const callers = unique(group.map(({ caller }) => caller));
    return [
      findingOf(group, situation, {
        failureMode: 'third-party-outage',
        object: { kind: 'External', namespace: null, name: host },
        says: `${host}, which is outside of the cluster, cannot be reached`,
        score: callers.length > 1 ? 0.78 : 0.7,
      }),
    ];
  });
}

interface Detail {
  failureMode: 'dependency-down' | 'third-party-outage';
  object: ObjectRef;
  says: string;
  score: number;
}

function findingOf(
  group: readonly CallFailure[],
  { quotes }: Situation,
  { failureMode, object, says, score }: Detail,
): Finding {
  const callers = unique(group.map(({ caller }) => caller));
  return {
    failureMode,
    object,
    severity: 'critical',
    statement: `${says}: ${callers
      .map(({ name }) => name)
      .slice(0, 4)
      .join(', ')} ${callers.length > 1 ? 'say' : 'says'} so.`,
    why: `${callers.length > 1 ? 'Its callers log' : 'Its caller logs'} that the connection fails.`,
    citations: group.slice(0, 2).flatMap(({ entry }) => quotes.log(entry)),
    score,
    explains: callers,
    since: group[0]?.entry.at ?? null,
  };
}
