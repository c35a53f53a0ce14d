import { z } from 'zod';
import { matchingLines, page } from '../evidence/shape.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ToolSpec } from '../tools/tool.ts';
import type { Journal } from './journal.ts';

const Args = z.strictObject({
  id: z.string().describe('The id of an evidence, such as E3.'),
  offset: z.int().nonnegative().optional().describe('Characters from the start.'),
  match: z
    .string()
    .min(1)
    .optional()
    .describe('Show the lines that hold this text, with their neighbours.'),
});

/** The rest of an output that was cut. It reads what is stored, so it is no evidence of its own. */
export const readEvidenceSpec: ToolSpec = {
  name: 'read_evidence',
  description:
    'Read more of an output that was cut: from an offset, or the lines that hold a text. Costs no new query.',
  inputSchema: {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'The id of an evidence, such as E3.' },
      offset: { type: 'integer', minimum: 0, description: 'Characters from the start.' },
      match: {
        type: 'string',
        description: 'Show the lines that hold this text, with their neighbours.',
      },
    },
    required: ['id'],
    additionalProperties: false,
  },
};

export function readEvidence(
  journal: Journal,
  input: JsonObject,
  maxBytes: number,
): { text: string; isError: boolean } {
  const args = Args.safeParse(input);
  if (!args.success) {
    return {
      text: `read_evidence takes {id, offset | match}: ${z.prettifyError(args.error)}`,
      isError: true,
    };
  }
  const { id, offset, match } = args.data;
  const text = journal.textOf(id);
  if (text === null) {
    const known = journal.evidence().map((evidence) => evidence.id);
    return { text: `There is no evidence ${id}. There are: ${known.join(', ')}.`, isError: true };
  }
  if (match !== undefined) return { text: matchingLines(text, match, maxBytes), isError: false };
  if (offset !== undefined && offset >= text.length) {
    return { text: `${id} ends at offset ${text.length}.`, isError: true };
  }
  return { text: page(text, offset ?? 0, maxBytes), isError: false };
}
