import { z } from 'zod';
import { resolveRange } from '../time-range.ts';
import { type Tool, ToolError } from '../tool.ts';
import { Change, type ChangeQuery, type ChangeSource } from './change.ts';
import { renderChanges } from './render-changes.ts';

const Input = z.strictObject({
  namespace: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'must be the name of one namespace, such as "shop"',
    )
    .optional()
    .describe('Only its changes, and those of nodes; left out, all that may be read.'),
  since: z
    .string()
    .max(100)
    .optional()
    .describe('How far back from the end of the window ("2h"), or FROM/TO. Default: the window.'),
});

const Output = z.object({
  from: z.string(),
  to: z.string(),
  /** Newest first. */
  changes: z.array(Change),
  /** What could not be read, or is not remembered, in words. */
  gaps: z.array(z.string()),
});

export function recentChanges(sources: readonly ChangeSource[]): Tool<typeof Input, typeof Output> {
  return {
    name: 'recent_changes',
    title: 'What changed',
    description:
      'What was changed in the window, newest first: rollouts with what they changed, restarts, scaling, ' +
      'ConfigMaps, Services and other objects written, made or deleted, and by whom, and nodes that came, ' +
      'left or were cordoned. Most incidents follow a change: ask early.',
    input: Input,
    output: Output,
    async run({ namespace, since }, { window, signal }) {
      const range = resolveRange('since', since, window);
      const namespaces = namespace === undefined ? null : [namespace];
      const answers = await askAll(sources, { window: range, namespaces }, signal);
      const structured = {
        from: range.from,
        to: range.to,
        changes: answers
          .flatMap(({ changes }) => changes)
          .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)),
        gaps: answers.flatMap(({ gaps }) => gaps),
      };
      return { text: renderChanges(structured), structured };
    },
  };
}

/** @throws ToolError when no source could answer: that nothing is known is not that nothing changed. */
async function askAll(
  sources: readonly ChangeSource[],
  query: ChangeQuery,
  signal: AbortSignal,
): Promise<{ changes: Change[]; gaps: string[] }[]> {
  const failures: ToolError[] = [];
  const answers = await Promise.all(
    sources.map(async (source) => {
      try {
        return await source.changes(query, signal);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        failures.push(error);
        return { changes: [], gaps: [`Changes of ${source.name} are unknown: ${error.message}`] };
      }
    }),
  );
  const [first] = failures;
  if (first && failures.length === sources.length) throw first;
  return answers;
}
