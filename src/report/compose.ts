import { Instant } from '../alert/alert.ts';
import type { Conclusion } from './conclusion.ts';
import type { Cause, Citation, Claim, Report, Usage } from './report.ts';

/** How sure a report may be when no claim, or not every claim, could be found in the evidence. */
const CONFIDENCE_CAP = { none: 0.3, some: 0.6 };
export const MAX_CANDIDATES = 3;

export interface ReportFrame {
  incidentId: string;
  runId: string;
  usage: Usage;
  stopped: Report['stopped'];
}

/**
 * The report that a model's conclusion becomes once code has checked it: `holds` says of each citation
 * whether its quote stands in the evidence. Confidence is capped by what does not hold.
 */
export function reportOfConclusion(
  conclusion: Conclusion,
  holds: (citation: Citation) => boolean,
  model: string,
  /** What the code knows was not looked at, besides what the model says. */
  gaps: string[],
  frame: ReportFrame,
): Report {
  const claims = conclusion.claims.map((claim) => ({ ...claim, verified: holds(claim.citation) }));
  const cap = confidenceCap(claims);
  const capped = (cause: Cause): Cause => ({
    ...cause,
    confidence: Math.min(Math.max(cause.confidence, 0), cap),
  });
  const { rootCause } = conclusion;
  return {
    version: 1,
    ...frame,
    verdict: conclusion.verdict,
    rootCause: rootCause === null ? null : capped(rootCause),
    candidates: conclusion.candidates.slice(0, MAX_CANDIDATES).map(capped),
    claims,
    ruledOut: conclusion.ruledOut,
    gaps: [...conclusion.gaps, ...gaps],
    nextSteps: conclusion.nextSteps.map(({ text, command, risk }) =>
      command === null ? { text, risk } : { text, command, risk },
    ),
    impact: conclusion.impact,
    timeline: conclusion.timeline
      .filter((entry) => Instant.safeParse(entry.at).success)
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    author: 'model',
    model,
  };
}

/** The report when no model concluded: what was gathered, said as such, blaming nothing. */
export function reportOfGathered(
  facts: Claim[],
  gaps: string[],
  model: string | null,
  frame: ReportFrame,
): Report {
  return {
    version: 1,
    ...frame,
    verdict: 'inconclusive',
    rootCause: null,
    candidates: [],
    claims: facts,
    ruledOut: [],
    gaps,
    nextSteps: [],
    impact: '',
    timeline: [],
    author: 'analysers',
    model,
  };
}

export function confidenceCap(claims: Claim[]): number {
  const verified = claims.filter((claim) => claim.verified).length;
  if (verified === 0) return CONFIDENCE_CAP.none;
  return verified < claims.length ? CONFIDENCE_CAP.some : 1;
}
