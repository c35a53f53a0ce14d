import { z } from 'zod';
import { type ActionContext, type ActionOutput, ActionRefused } from './action.ts';
import type { ConfirmationProblem, Confirmations, Proposal } from './confirmation.ts';

export const Confirmation = z
  .string()
  .max(100)
  .optional()
  .describe(
    'What the first call gave, once a person has agreed. Leave it out to see what would happen.',
  );

export const TwoStepOutput = z.object({
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  done: z.boolean(),
  /** What would happen, or what was done; one line each. */
  effects: z.array(z.string()),
  /** To send back with the same arguments; null once it is done. */
  confirmation: z.string().nullable(),
});
export type TwoStepOutput = z.infer<typeof TwoStepOutput>;

interface Step {
  proposal: Proposal;
  /** What would happen, one line each. */
  effects: string[];
  confirmation: string | undefined;
  execute: () => Promise<void>;
}

/**
 * The first call changes nothing: it says what would happen and hands out a confirmation. The second one, with
 * it and the very same arguments, asks the person where the client can, and only then acts.
 *
 * @throws ActionRefused for a confirmation that is not good, and when the person says no.
 */
export async function twoStep(
  { proposal, effects, confirmation, execute }: Step,
  confirmations: Confirmations,
  context: ActionContext,
): Promise<ActionOutput<TwoStepOutput>> {
  const { namespace, kind, name } = proposal;
  const what = `${proposal.tool} ${kind} ${namespace}/${name}`;
  const structured = { namespace, kind, name, effects };
  if (confirmation === undefined) {
    const issued = confirmations.propose(proposal);
    const text = [
      `Nothing was changed. ${what} would do this:`,
      ...effects.map((effect) => `  ${effect}`),
      'Show this to a person. If they agree, call again within 2 minutes with the same arguments and',
      `confirmation: ${issued}`,
    ].join('\n');
    const proposed = { ...structured, done: false, confirmation: issued };
    return { text, structured: proposed, outcome: 'proposed' };
  }
  const problem = confirmations.redeem(confirmation, proposal);
  if (problem !== null) throw new ActionRefused(`Nothing was changed: ${inWords(problem)}`);
  const consent = await context.ask([`${what}?`, ...effects].join('\n'));
  if (consent === 'no') throw new ActionRefused('Nothing was changed: the person did not agree.');
  await execute();
  const asked = consent === 'yes' ? 'A person agreed.' : 'The client cannot ask a person itself.';
  const text = [`Done: ${what}. ${asked}`, ...effects.map((effect) => `  ${effect}`)].join('\n');
  const done = { ...structured, done: true, confirmation: null };
  return { text, structured: done, outcome: 'confirmed' };
}

function inWords(problem: NonNullable<ConfirmationProblem>): string {
  switch (problem) {
    case 'unknown':
      return 'this confirmation is not known, or was used already. Call without one for a new one.';
    case 'expired':
      return 'the confirmation has expired. Call without one for a new one.';
    case 'other':
      return 'the confirmation was for other arguments, or the object was replaced since. Call without one.';
  }
}
