import type { FailureMode } from '../../../report/failure-modes.ts';
import { isHealthy } from '../../chain-health.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, keyOf, nameOf, type ObjectRef } from '../../object-ref.ts';
import { changeRef, quoteChange } from '../../recent-changes.ts';
import { type Signals, signalsOf } from '../../signals.ts';
import type { KnownChange, Situation } from '../../situation.ts';
import { type Trouble, troubleAfter } from './trouble.ts';

/** A change after the symptom may be somebody's answer to it. */
const AFTER_MS = 60_000;
const SCORE = { linked: 0.64, sign: 0.06, most: 0.78, correlated: 0.35, restart: 0.3 } as const;
/** What a person or a pipeline did to what runs; nodes are looked at by others. */
const TELLING: ReadonlySet<string> = new Set([
  'rollout',
  'restart',
  'config',
  'scale',
  'write',
  'flag',
]);
const FLAG = /flag|feature|toggle|experiment|rollout[-_]?percent|_enabled\b|\benable_/i;

/** What was changed before it began; a cause only where the trouble of what was changed began with it. */
export const recentChange: Analyser = {
  looksFor: 'changes that the trouble began with',
  analyse(situation) {
    const { changes, symptom, window, targets, dependencies } = situation;
    const signals = signalsOf(situation);
    const until = Date.parse(symptom.since ?? window.to) + AFTER_MS;
    const chain = new Set(
      targets.flatMap((target) => [keyOf(target), ...dependencies.reach(target).keys()]),
    );
    return changes
      .filter(({ at, kind }) => TELLING.has(kind) && Date.parse(at) <= until)
      .flatMap((change) => {
        const ref = changeRef(change);
        if (ref === null || (ref.kind === 'Deployment' && change.kind === 'write')) return [];
        const finding = findingOf(change, ref, signals, situation);
        return finding.score > SCORE.correlated || chain.has(keyOf(ref)) ? [finding] : [];
      });
  },
};

function findingOf(
  change: KnownChange,
  ref: ObjectRef,
  signals: Signals,
  situation: Situation,
): Finding {
  const touched = touchedBy(ref, situation);
  const found = touched
    .map((workload) => ({ workload, trouble: linked(workload, change, signals, situation) }))
    .filter(({ trouble }) => trouble.length > 0);
  const [first] = found;
  const isRestart = change.kind === 'restart' || change.kind === 'scale';
  const signs = first?.trouble ?? [];
  const score =
    signs.length === 0 || isRestart
      ? isRestart
        ? SCORE.restart
        : SCORE.correlated
      : Math.min(SCORE.most, SCORE.linked + SCORE.sign * (signs.length - 1));
  const what = `${nameOf(ref)} was changed at ${change.at}: ${change.summary}`;
  return {
    failureMode: modeOf(change, ref),
    object: ref,
    severity: signs.length > 0 ? 'critical' : 'warning',
    statement: first
      ? `${what}; since then ${signs.map(({ text }) => text).join(' and ')}${isSame(first.workload.ref, ref) ? '' : ` (${nameOf(first.workload.ref)})`}.`
      : `${what}.`,
    why: first
      ? `${nameOf(first.workload.ref)} was well before, and nothing that it needs is at fault.`
      : 'It only came before the symptom: nothing links the two.',
    citations: [...quoteChange(change, situation), ...signs.flatMap(({ citations }) => citations)],
    score,
    explains: [],
    since: signs.flatMap(({ since }) => since ?? []).sort()[0] ?? change.at,
  };
}

/** The workload itself, or those that use what was changed. */
function touchedBy(ref: ObjectRef, { cluster, dependencies }: Situation): Workload[] {
  return cluster.workloads.filter(
    (workload) =>
      isSame(workload.ref, ref) ||
      ((ref.kind === 'ConfigMap' || ref.kind === 'Secret') &&
        dependencies.needs(workload.ref).some((needed) => isSame(needed, ref))),
  );
}

/** What a workload suffers because of something that it needs is not its change's fault. */
function linked(
  { ref }: Workload,
  { at }: KnownChange,
  signals: Signals,
  situation: Situation,
): Trouble[] {
  const trouble = troubleAfter(ref, at, signals, situation);
  const reach = situation.dependencies.reach(ref);
  const isDeeper = situation.cluster.workloads.some(
    (other) =>
      reach.has(keyOf(other.ref)) &&
      (!isHealthy(other, situation.cluster) ||
        signals.moved('errors', other.ref, 'up') !== null ||
        signals.moved('duration', other.ref, 'up') !== null),
  );
  return isDeeper ? trouble.filter(({ isOwn }) => isOwn) : trouble;
}

function modeOf({ kind, details }: KnownChange, ref: ObjectRef): FailureMode {
  const text = `${ref.name} ${details.join(' ')}`;
  if (kind === 'flag') return 'feature-flag';
  const isNewImage = details.some((line) => /(?:^|[.\s])image: /.test(line));
  if (isNewImage || kind === 'restart') return 'bad-release';
  if (FLAG.test(text)) return 'feature-flag';
  if (kind === 'config' || details.some((line) => /\b(?:env|args|command|envFrom)\b/.test(line))) {
    return 'bad-configuration';
  }
  return kind === 'rollout' ? 'bad-release' : 'bad-configuration';
}
