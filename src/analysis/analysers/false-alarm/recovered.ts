import { unhealthyOnChain } from '../../chain-health.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { podsOf } from '../../owners.ts';
import { quoteSeries, signalsOf } from '../../signals.ts';
import type { Situation } from '../../situation.ts';
import { type Holding, holdings } from './alert-expression.ts';

/** The rule has not held for so long: more than a scrape that was missed. */
const QUIET_SECONDS = 150;
/** So many times on and off is flapping. */
const RUNS = 3;
/** As a share of the threshold: what stays nearer to it than this is noise about it. */
const NEAR = 0.25;

/** Alerts whose rule holds no more, or that came and went all along, while everything on the chain is well. */
export const recovered: Analyser = {
  looksFor: 'an alert that has recovered or flaps around its threshold',
  analyse(situation) {
    if (situation.cluster.snapshots.size === 0 || unhealthyOnChain(situation).length > 0) return [];
    if (isStillFelt(situation)) return [];
    const held = holdings(situation);
    if (held.length === 0) return recoveredState(situation);
    const end = Date.parse(situation.window.to) / 1000;
    const lastHeld = Math.max(...held.flatMap(({ runs }) => runs.at(-1)?.[1] ?? 0));
    const flapping = held.find(isFlapping);
    if (flapping) return [ofFlapping(flapping, situation)];
    const [first] = held;
    if (first === undefined || end - lastHeld < QUIET_SECONDS) return [];
    return [ofRecovery(first, lastHeld, situation)];
  },
};

/** Requests that still fail or wait tell that nothing is over, whatever the rule says. */
function isStillFelt(situation: Situation): boolean {
  const { dependencies, targets } = situation;
  const chain = new Set(
    targets.flatMap((target) => [keyOf(target), ...dependencies.reach(target).keys()]),
  );
  return signalsOf(situation).shifts.some(
    ({ series: { id, subject, points }, direction, before, after }) =>
      direction === 'up' &&
      (id === 'errors' || id === 'duration') &&
      subject !== null &&
      chain.has(keyOf(subject)) &&
      (points.at(-1)?.[1] ?? 0) > (before + after) / 2,
  );
}

function isFlapping({ series, runs, threshold }: Holding): boolean {
  if (runs.length < RUNS || threshold === null || threshold === 0) return false;
  const far = series.points.filter(
    ([, value]) => Math.abs(value - threshold) > NEAR * Math.abs(threshold),
  );
  return far.length <= series.points.length / 10;
}

function objectOf({ targets, symptom }: Situation): ObjectRef {
  return (
    targets[0] ?? { kind: 'Alert', namespace: symptom.namespaces[0] ?? null, name: symptom.name }
  );
}

function ofFlapping({ series, runs, threshold }: Holding, situation: Situation): Finding {
  return {
    failureMode: 'false-alarm',
    object: objectOf(situation),
    severity: 'warning',
    statement: `${situation.symptom.name} flaps: its rule held ${runs.length} times within the window, each time just past ${threshold}.`,
    why: 'Nothing on its chain is unhealthy, and it never goes far from its threshold.',
    citations: quoteSeries(series, situation),
    score: 0.85,
    explains: [],
    since: null,
  };
}

function ofRecovery({ series }: Holding, lastHeld: number, situation: Situation): Finding {
  const at = new Date(lastHeld * 1000).toISOString();
  return {
    failureMode: 'false-alarm',
    object: objectOf(situation),
    severity: 'warning',
    statement: `${situation.symptom.name} has recovered: its rule has not held since ${at}.`,
    why: 'What it is about, and all that this needs, is healthy.',
    citations: quoteSeries(series, situation),
    score: 0.85,
    explains: [],
    since: null,
  };
}

/** Rules of kube-state-metrics that say no more than a state, which can be looked at. */
const OF_STATE =
  /Replicas?(?:Mismatch|Unavailable|NotMatch|Missing)|(?:Deployment|StatefulSet|DaemonSet)\w*(?:Mismatch|Stuck|Unavailable|NotReady)|Pod\w*(?:NotReady|NotHealthy|CrashLoop|Restart)|ContainerWaiting|NodeNotReady|NodeUnreachable/i;
const CALM_MS = 10 * 60_000;

/** The state that the alert is about is good again, and has been for a while. */
function recoveredState(situation: Situation): Finding[] {
  const { symptom, targets, cluster, quotes, window } = situation;
  if (!OF_STATE.test(symptom.name)) return [];
  const target = targets.find(({ kind }) => kind !== 'Service' && kind !== 'Node') ?? targets[0];
  if (target === undefined || (cluster.unread.size > 0 && target.kind !== 'Node')) return [];
  const calmSince = Date.parse(window.to) - CALM_MS;
  const pods = podsOf(target, cluster);
  const isRestless = pods.some(({ status }) =>
    status.containerStatuses.some(
      ({ lastState, state }) =>
        Date.parse(lastState.terminated?.finishedAt ?? '') > calmSince ||
        state.waiting !== undefined,
    ),
  );
  if (isRestless) return [];
  return [
    {
      failureMode: 'false-alarm',
      object: target,
      severity: 'warning',
      statement: `${nameOf(target)} is well again: nothing is left of what ${symptom.name} tells.`,
      why: 'Its pods are ready and have not restarted lately, and neither has anything that it needs.',
      citations: quotes.object(target),
      score: 0.62,
      explains: [],
      since: null,
    },
  ];
}
