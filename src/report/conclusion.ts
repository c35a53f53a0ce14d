import { z } from 'zod';
import { FailureMode } from './failure-modes.ts';

const CauseGiven = z.object({
  failureMode: FailureMode,
  object: z.object({ kind: z.string(), namespace: z.string().nullable(), name: z.string() }),
  statement: z.string().describe('One sentence: what broke and why.'),
  confidence: z.number().describe('0 to 1'),
});

/**
 * What a model is asked to conclude. The report is made of it by code, which checks every citation, so
 * nothing here says whether a claim is verified. Optional fields are nullable: structured output wants
 * every key present.
 */
export const Conclusion = z.object({
  verdict: z.enum(['action_required', 'action_suggested', 'no_action', 'inconclusive']),
  rootCause: CauseGiven.nullable(),
  candidates: z
    .array(CauseGiven)
    .describe('At most 3, the likeliest first, the root cause left out.'),
  claims: z.array(
    z.object({
      text: z.string(),
      citation: z.object({
        evidence: z.string().describe('The id of an evidence, such as E3.'),
        quote: z.string().describe('Copied to the letter from that evidence, one line or less.'),
      }),
    }),
  ),
  ruledOut: z.array(z.string()),
  gaps: z.array(z.string()).describe('What could not be looked at, and what it would tell.'),
  nextSteps: z.array(
    z.object({
      text: z.string(),
      command: z.string().nullable(),
      risk: z.enum(['none', 'low', 'medium', 'high']),
    }),
  ),
  impact: z.string().describe('Who notices what, in one sentence.'),
  timeline: z.array(
    z.object({
      at: z.string().describe('RFC 3339, UTC'),
      what: z.string(),
      evidence: z.string().describe('The id of an evidence.'),
    }),
  ),
});
export type Conclusion = z.infer<typeof Conclusion>;
