import type { Analyser, Finding } from '../../finding.ts';
import type { MetricShift } from '../../metric-shifts.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { behind, workloadOf } from '../../owners.ts';
import { percent, perSecond, quoteSeries, type Signals, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';

/** A retry or two of each call that fails. */
const MULTIPLIED = 2;
/** What its callers get may have grown by so much: then it is load, and no storm of their own making. */
const STEADY = 1.3;
const FAILING = 0.2;

/** Calls that fail and are made again, until they are most of the load. */
export const retryStorm: Analyser = {
  looksFor: 'retries that multiply the load',
  analyse(situation) {
    const signals = signalsOf(situation);
    return signals.subjects('requests').flatMap((ref) => stormOn(ref, signals, situation));
  },
};

function stormOn(ref: ObjectRef, signals: Signals, situation: Situation): Finding[] {
  const surge = signals.moved('requests', ref, 'up');
  const failed = signals.highest('errors', ref);
  if (surge === null || surge.after < surge.before * MULTIPLIED) return [];
  if (failed === null || failed.level < FAILING) return [];
  const callers = callersOf(ref, situation);
  const grown = callers.filter((caller) => hasGrown(caller, signals));
  const known = callers.filter((caller) =>
    signals.subjects('requests').some((it) => keyOf(it) === keyOf(caller)),
  );
  if (known.length === 0 || grown.length > 0) return [];
  return [findingOf(ref, surge, failed, known, situation)];
}

function hasGrown(caller: ObjectRef, signals: Signals): boolean {
  const moved = signals.moved('requests', caller, 'up');
  return moved !== null && moved.after > moved.before * STEADY;
}

/** The workloads that need a Service which leads to it. */
function callersOf(ref: ObjectRef, { cluster, dependencies }: Situation): ObjectRef[] {
  const services = cluster.services
    .filter((service) => behind(service, cluster).some((it) => keyOf(it.ref) === keyOf(ref)))
    .map(({ metadata }) =>
      keyOf({ kind: 'Service', namespace: metadata.namespace, name: metadata.name }),
    );
  return cluster.workloads
    .map((it) => it.ref)
    .filter((other) => keyOf(other) !== keyOf(ref) && workloadOf(other, cluster) !== null)
    .filter((other) =>
      dependencies.needs(other).some((needed) => services.includes(keyOf(needed))),
    );
}

function findingOf(
  ref: ObjectRef,
  surge: MetricShift,
  failed: { series: MetricShift['series']; level: number },
  callers: readonly ObjectRef[],
  situation: Situation,
): Finding {
  return {
    failureMode: 'retry-storm',
    object: ref,
    severity: 'critical',
    statement:
      `${nameOf(ref)} gets ${perSecond(surge.after)} requests a second instead of ${perSecond(surge.before)} and fails ` +
      `${percent(failed.level)} of them, while ${callers.map(nameOf).join(', ')} get no more than before: they call again.`,
    why: 'Its load grew and the load of those that call it did not.',
    citations: [surge.series, failed.series].flatMap((series) =>
      quoteSeries(series, situation).slice(0, 1),
    ),
    score: 0.8,
    explains: [...callers],
    since: surge.since,
  };
}
