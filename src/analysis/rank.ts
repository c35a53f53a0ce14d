import type { FailureMode } from '../report/failure-modes.ts';
import type { Finding } from './finding.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';
import type { Situation } from './situation.ts';
import { hasUnknownCalls } from './unknown-calls.ts';

/** A finding as a cause of the symptom. */
export interface Candidate extends Finding {
  /** 0 to 1: how sure it is that this caused the symptom. */
  confidence: number;
}

/**
 * How a failure shows rather than what it comes from: of two findings on one chain, these give way to what lies deeper.
 */
const SHOWN_BY: ReadonlySet<FailureMode> = new Set<FailureMode>([
  'no-ready-endpoints',
  'dependency-down',
  'application-crash',
  'queue-backlog',
  'saturation',
  'retry-storm',
  'autoscaler-limit',
  'evicted',
]);

/** Says when and where it began, not what it is: gives way to what says that of the same object. */
const CAME_WITH: ReadonlySet<FailureMode> = new Set<FailureMode>(['bad-release', 'feature-flag']);
/** From here on a finding says what is wrong with an object by itself. */
const TELLS_ITSELF = 0.55;
/** Nothing has to be done: only while nothing else is found that may be the cause. */
export const NOT_OF_THE_SYSTEM: ReadonlySet<FailureMode> = new Set<FailureMode>([
  'false-alarm',
  'monitoring-failure',
]);
const MAY_BE_THE_CAUSE = 0.4;

/** Shares of a score that are left to a finding. */
const WEIGHT = {
  /** Nothing that the symptom names needs what it is about. */
  elsewhere: 0.45,
  /** Nothing tells what that needs. */
  unknown: 0.72,
  /** Of the cluster as a whole. */
  clusterWide: 0.8,
  /** A step further down the chain. */
  step: 0.97,
  /** It began when the symptom was there already. */
  after: 0.75,
  /** It had been so for long when the symptom began. */
  old: 0.7,
  /** For a day or more. */
  ancient: 0.55,
  /** Something deeper explains it. */
  explained: 0.35,
  warning: 0.9,
  info: 0.6,
} as const;

const LATE_MS = 3 * 60_000;
const OLD_MS = 6 * 3_600_000;
const ANCIENT_MS = 24 * 3_600_000;
/** A cause that explains another may be so much less sure. */
const WEAKER = 0.1;
/** Two values this near are equal: nothing tells which. */
const EQUAL = 0.04;
const EQUAL_CONFIDENCE = 0.5;
const MAX_CONFIDENCE = 0.97;

/** Findings as candidates, the likeliest first. */
export function rank(findings: readonly Finding[], situation: Situation): Candidate[] {
  const weighed = merge(findings).map((finding) => ({
    finding,
    value:
      finding.score * relevance(finding, situation) * timing(finding, situation) * gravity(finding),
  }));
  const explained = weighed.map(({ finding, value }) => ({
    finding,
    value: weighed.some(
      (other) =>
        other.finding !== finding &&
        other.value >= 0.3 &&
        // What is less sure cannot explain away a cause, only how one shows; a plan explains what it says.
        (SHOWN_BY.has(finding.failureMode) ||
          NOT_OF_THE_SYSTEM.has(other.finding.failureMode) ||
          other.value >= value - WEAKER) &&
        explains(other.finding, finding, situation),
    )
      ? value * WEIGHT.explained
      : value,
  }));
  const settled = giveWay(explained);
  settled.sort(
    (a, b) => b.value - a.value || (keyOf(a.finding.object) < keyOf(b.finding.object) ? -1 : 1),
  );
  const [first, second] = settled;
  const equal = first && second && first.value - second.value < EQUAL ? first.value - EQUAL : null;
  return settled.map(({ finding, value }) => ({
    ...finding,
    confidence: Math.min(
      MAX_CONFIDENCE,
      equal !== null && value >= equal ? Math.min(value, EQUAL_CONFIDENCE) : value,
    ),
  }));
}

interface Weighed {
  finding: Finding;
  value: number;
}

/** That nothing is wrong cannot be while something is found that may well be the cause. */
function giveWay(weighed: readonly Weighed[]): Weighed[] {
  const isFound = weighed.some(
    ({ finding, value }) =>
      value >= MAY_BE_THE_CAUSE && !NOT_OF_THE_SYSTEM.has(finding.failureMode),
  );
  return weighed.map(({ finding, value }) => ({
    finding,
    value: isFound && NOT_OF_THE_SYSTEM.has(finding.failureMode) ? value * WEIGHT.explained : value,
  }));
}

/** Several analysers that say the same of one object are surer together. */
function merge(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(
    findings,
    ({ failureMode, object }) => `${failureMode} ${keyOf(object)}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [best, ...others] = group.toSorted((a, b) => b.score - a.score);
    if (best === undefined) return [];
    const doubt = others.reduce((left, { score }) => left * (1 - score / 2), 1 - best.score);
    const times = group
      .flatMap(({ since }) => since ?? [])
      .sort((a, b) => Date.parse(a) - Date.parse(b));
    return [
      {
        ...best,
        score: Math.min(0.98, 1 - doubt),
        citations: unique(group.flatMap(({ citations }) => citations)),
        explains: group.flatMap(({ explains: refs }) => refs),
        since: times[0] ?? null,
      },
    ];
  });
}

function unique(citations: Finding['citations']): Finding['citations'] {
  return [...new Map(citations.map((it) => [`${it.evidence} ${it.quote}`, it])).values()];
}

/** Whether what the symptom names is, needs, or is explained by what the finding is about. */
function relevance(finding: Finding, situation: Situation): number {
  const { targets, dependencies, symptom } = situation;
  const about = [finding.object, ...finding.explains];
  if (targets.length === 0) {
    const within = about.some(
      ({ namespace }) => namespace === null || symptom.namespaces.includes(namespace),
    );
    return within ? 1 : WEIGHT.elsewhere;
  }
  const steps = targets.flatMap((target) => {
    const reach = dependencies.reach(target);
    return about.flatMap((ref) => {
      if (keyOf(ref) === keyOf(target)) return 0;
      return reach.get(keyOf(ref))?.steps ?? [];
    });
  });
  if (steps.length > 0) return WEIGHT.step ** Math.min(...steps);
  if (finding.object.namespace === null) return WEIGHT.clusterWide;
  return mayBeNeeded(finding.object, situation) ? WEIGHT.unknown : WEIGHT.elsewhere;
}

/** Something on the chain calls others of its namespace, and nothing tells whom. */
function mayBeNeeded({ namespace }: ObjectRef, situation: Situation): boolean {
  return situation.targets
    .flatMap((it) => [it, ...[...situation.dependencies.reach(it).values()].map(({ ref }) => ref)])
    .some((ref) => ref.namespace === namespace && hasUnknownCalls(ref, situation));
}

function timing({ since }: Finding, { symptom }: Situation): number {
  if (since === null || symptom.since === null) return 1;
  const late = Date.parse(since) - Date.parse(symptom.since);
  if (late > LATE_MS) return WEIGHT.after;
  if (late < -ANCIENT_MS) return WEIGHT.ancient;
  return late < -OLD_MS ? WEIGHT.old : 1;
}

function gravity({ severity }: Finding): number {
  return severity === 'critical' ? 1 : WEIGHT[severity];
}

/** Whether the one is where the trouble of the other comes from. */
function explains(cause: Finding, other: Finding, { dependencies }: Situation): boolean {
  const said = cause.explains.some((ref) => keyOf(ref) === keyOf(other.object));
  if (NOT_OF_THE_SYSTEM.has(other.failureMode)) return false;
  if (keyOf(cause.object) === keyOf(other.object)) {
    if (NOT_OF_THE_SYSTEM.has(cause.failureMode)) return said;
    if (CAME_WITH.has(other.failureMode)) {
      return (
        cause.score >= Math.max(TELLS_ITSELF, other.score - 0.05) &&
        !CAME_WITH.has(cause.failureMode) &&
        !SHOWN_BY.has(cause.failureMode)
      );
    }
    return (
      SHOWN_BY.has(other.failureMode) &&
      !SHOWN_BY.has(cause.failureMode) &&
      cause.score >= other.score - 0.2
    );
  }
  if (said && !other.explains.some((ref) => keyOf(ref) === keyOf(cause.object))) return true;
  const reached = dependencies.reach(other.object);
  // A Service without endpoints needs the pods that the cause keeps away.
  if (SHOWN_BY.has(other.failureMode) && cause.explains.some((ref) => reached.has(keyOf(ref)))) {
    return !SHOWN_BY.has(cause.failureMode);
  }
  const needed = reached.has(keyOf(cause.object));
  const back = dependencies.reach(cause.object).has(keyOf(other.object));
  return needed && !back && SHOWN_BY.has(other.failureMode) && cause.severity === 'critical';
}

/** Objects that the symptom is about or that a finding says it explains, for the words of a report. */
export function affectedBy(finding: Finding): ObjectRef[] {
  return [
    ...new Map([finding.object, ...finding.explains].map((ref) => [keyOf(ref), ref])).values(),
  ];
}
