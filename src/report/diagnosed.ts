import type { Diagnosis } from '../analysis/diagnose.ts';
import { nameOf } from '../analysis/object-ref.ts';
import type { Candidate } from '../analysis/rank.ts';
import { affectedBy } from '../analysis/rank.ts';
import { stepsFor } from '../analysis/remedies.ts';
import { confidenceCap, MAX_CANDIDATES, type ReportFrame } from './compose.ts';
import type { Cause, Citation, Claim, Report } from './report.ts';

/** A cause is named from here on; below it there are only candidates. */
const SURE_ENOUGH = 0.5;
/** Claims of the cause, and of each other candidate. */
const MAX_CLAIMS = { cause: 4, other: 1 };
const MAX_FACTS = 6;

interface Conclusions {
  diagnosis: Diagnosis;
  /** What the evidence plainly says besides. */
  facts: Claim[];
  holds: (citation: Citation) => boolean;
  gaps: string[];
}

/** The report when no model concluded: what code alone makes of the evidence, every citation checked as a model's is. */
export function reportOfDiagnosis(
  { diagnosis, facts, holds, gaps }: Conclusions,
  model: string | null,
  frame: ReportFrame,
): Report {
  const { verdict, candidates, notFound } = diagnosis;
  const told = candidates.slice(0, MAX_CANDIDATES);
  const claims = told.flatMap((candidate, index) => claimsOf(candidate, index === 0, holds));
  const cap = told.length === 0 ? 1 : confidenceCap(claims);
  const causes = told.map((candidate) => causeOf(candidate, cap));
  const [first, second] = candidates;
  // Two that are equal stay two: neither is the cause.
  const named =
    first !== undefined &&
    first.confidence >= SURE_ENOUGH &&
    first.confidence !== second?.confidence;
  return {
    version: 1,
    ...frame,
    verdict,
    rootCause: named ? (causes[0] ?? null) : null,
    candidates: named ? causes.slice(1) : causes,
    claims: [...claims, ...otherFacts(facts, claims)],
    ruledOut:
      verdict === 'inconclusive' && notFound.length > 0
        ? [`Looked for and not found: ${notFound.join('; ')}.`]
        : [],
    gaps,
    nextSteps: (named ? told.slice(0, 1) : told).flatMap(stepsFor),
    impact: named ? impactOf(told[0]) : '',
    timeline: told
      .flatMap(({ since, statement, citations }) => {
        const evidence = citations[0]?.evidence;
        return since === null || evidence === undefined
          ? []
          : [{ at: since, what: statement, evidence }];
      })
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    author: 'analysers',
    model,
  };
}

function causeOf({ failureMode, object, statement, confidence }: Candidate, cap: number): Cause {
  const { kind, namespace, name } = object;
  return {
    failureMode,
    object: { kind, namespace, name },
    statement,
    confidence: Math.min(confidence, cap),
  };
}

/** What is wrong with its first quote, how that is known with the next one. */
function claimsOf(
  { statement, why, citations }: Candidate,
  isFirst: boolean,
  holds: Conclusions['holds'],
): Claim[] {
  const words = [statement, why];
  return citations
    .slice(0, isFirst ? MAX_CLAIMS.cause : MAX_CLAIMS.other)
    .map((citation, index) => ({
      text: words[index] ?? 'The same is said here.',
      citation,
      verified: holds(citation),
    }));
}

function otherFacts(facts: Claim[], claims: Claim[]): Claim[] {
  const quoted = new Set(claims.map(({ citation }) => citation.quote));
  return facts.filter(({ citation }) => !quoted.has(citation.quote)).slice(0, MAX_FACTS);
}

function impactOf(cause: Candidate | undefined): string {
  const affected = cause === undefined ? [] : affectedBy(cause).slice(1, 5).map(nameOf);
  return affected.length === 0 ? '' : `Affected: ${affected.join(', ')}.`;
}
