import type { TimeWindow } from '../alert/window.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Verdict } from '../report/report.ts';
import { ANALYSERS } from './analysers.ts';
import type { Finding } from './finding.ts';
import { type Candidate, NOT_OF_THE_SYSTEM, rank } from './rank.ts';
import { situationOf } from './situation.ts';
import type { Symptom } from './symptom.ts';

/** What code alone makes of the evidence. */
export interface Diagnosis {
  verdict: Verdict;
  /** The likeliest first; the ones below half are worth a look, no more. */
  candidates: Candidate[];
  /** What was looked for and not found, as it completes "Looked for …"; empty where nothing could be looked at. */
  notFound: string[];
}

/** A cause is named from here on; below it there are only candidates. */
const SURE_ENOUGH = 0.5;
/** What is less likely is not worth anybody's time. */
const WORTH_TELLING = 0.2;
const CERTAIN = 0.75;

/** Runs every analyser over the evidence and ranks what they find. Pure. */
export function diagnose(
  symptom: Symptom,
  window: TimeWindow,
  evidence: readonly Evidence[],
): Diagnosis {
  const situation = situationOf(symptom, window, evidence);
  const results = ANALYSERS.map(({ looksFor, analyse }) => ({
    looksFor,
    findings: analyse(situation).filter(isCited),
  }));
  const candidates = rank(
    results.flatMap(({ findings }) => findings),
    situation,
  ).filter(({ confidence }) => confidence >= WORTH_TELLING);
  return {
    verdict: verdictOf(candidates),
    candidates,
    // Where no object of a cluster could be read, nothing was looked for.
    notFound:
      situation.cluster.snapshots.size === 0
        ? []
        : results.flatMap(({ looksFor, findings }) => (findings.length === 0 ? [looksFor] : [])),
  };
}

/** What nothing in the evidence can be quoted for is not said. */
function isCited({ citations }: Finding): boolean {
  return citations.length > 0;
}

function verdictOf([first]: readonly Candidate[]): Verdict {
  if (first === undefined || first.confidence < SURE_ENOUGH) return 'inconclusive';
  if (NOT_OF_THE_SYSTEM.has(first.failureMode)) return 'no_action';
  return first.confidence >= CERTAIN ? 'action_required' : 'action_suggested';
}
