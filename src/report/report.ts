import { z } from 'zod';
import { Instant } from '../alert/alert.ts';
import { FailureMode } from './failure-modes.ts';

const ObjectRef = z.object({
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
});

const Cause = z.object({
  failureMode: FailureMode,
  object: ObjectRef,
  statement: z.string().min(1),
  /** 0 to 1. Capped by the citation check when the claims do not hold. */
  confidence: z.number().min(0).max(1),
});
export type Cause = z.infer<typeof Cause>;

const Citation = z.object({
  /** The id of an evidence, such as `E3`. */
  evidence: z.string(),
  /** Words that stand in that evidence, to the letter but for white space. */
  quote: z.string(),
});
export type Citation = z.infer<typeof Citation>;

const Claim = z.object({
  text: z.string().min(1),
  citation: Citation,
  /** Set by code, never by a model: the quote was found in the stored output. */
  verified: z.boolean(),
});
export type Claim = z.infer<typeof Claim>;

const NextStep = z.object({
  text: z.string().min(1),
  command: z.string().optional(),
  risk: z.enum(['none', 'low', 'medium', 'high']),
});

const TimelineEntry = z.object({ at: Instant, what: z.string(), evidence: z.string() });

export const Usage = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cacheReadTokens: z.number().int().nonnegative(),
  usd: z.number().nonnegative(),
  turns: z.number().int().nonnegative(),
  toolCalls: z.number().int().nonnegative(),
  wallMs: z.number().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

const LimitName = z.enum([
  'turns',
  'tokens',
  'usd',
  'seconds',
  'output',
  'context',
  'refusal',
  'model',
  'error',
  'resolved',
  'silenced',
  'investigationsPerHour',
  'usdPerHour',
  'usdPerAlertname',
]);

/** The public result of one investigation. Additions keep `version`; anything else raises it. */
export const Report = z.object({
  version: z.literal(1),
  incidentId: z.string(),
  runId: z.string(),
  verdict: z.enum(['action_required', 'action_suggested', 'no_action', 'inconclusive']),
  rootCause: Cause.nullable(),
  candidates: z.array(Cause).max(3),
  claims: z.array(Claim),
  ruledOut: z.array(z.string()),
  /** What was not, or could not be, looked at. */
  gaps: z.array(z.string()),
  nextSteps: z.array(NextStep),
  impact: z.string(),
  timeline: z.array(TimelineEntry),
  author: z.enum(['model', 'analysers']),
  model: z.string().nullable(),
  usage: Usage,
  /** Which limit ended the investigation early, and what that means; null when none did. */
  stopped: z.object({ limit: LimitName, detail: z.string() }).nullable(),
});
export type Report = z.infer<typeof Report>;
export type Verdict = Report['verdict'];
