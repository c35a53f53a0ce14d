import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { truncate } from '../../lib/escape.ts';
import { JsonObject } from '../../lib/json.ts';
import { withoutAddresses } from '../../tools/http.ts';
import { ToolError, type ToolOutput } from '../../tools/tool.ts';

type Block = CallToolResult['content'][number];

/**
 * The part of another server's answer that is passed on: text and structured content. What else there is, and
 * what is too long, is left out, and the text ends in saying so. `hide` is applied to a failure before it is cut.
 *
 * @throws ToolError with the server's own words, without addresses, when the answer is a failure.
 */
export function readResult(
  result: CallToolResult,
  hide: (text: string) => string,
): ToolOutput<JsonObject> {
  const given = textOf(result.content);
  if (result.isError === true) {
    const words = truncate(withoutAddresses(hide(given)), MAX_ERROR);
    throw new ToolError(words || 'It failed, and did not say why.');
  }
  const { structured, note } = structuredOf(result.structuredContent);
  // Models, and clients that know nothing of structured content, read the text.
  const text = given === '' && structured !== null ? JSON.stringify(structured) : given;
  const lines = [text, note, droppedNote(result.content)].filter(Boolean);
  return { text: lines.join('\n') || '(no output)', structured: structured ?? {} };
}

/** A failure in more words than this explains nothing. */
const MAX_ERROR = 2_000;

/** Less than what the gate turns into a failure: the text may say enough. */
const MAX_STRUCTURED = 500_000;

function textOf(content: readonly Block[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function structuredOf(content: unknown): { structured: JsonObject | null; note: string | null } {
  const read = JsonObject.safeParse(content);
  if (!read.success) return { structured: null, note: null };
  const bytes = Buffer.byteLength(JSON.stringify(read.data));
  if (bytes <= MAX_STRUCTURED) return { structured: read.data, note: null };
  const note = `(left out: ${bytes} bytes of structured content, of which one result may have ${MAX_STRUCTURED}; ask for less)`;
  return { structured: null, note };
}

const BLOCKS: Readonly<Record<Exclude<Block['type'], 'text'>, string>> = {
  image: 'image',
  audio: 'sound',
  resource: 'resource',
  resource_link: 'link',
};

/** `(left out: 1 image, 2 links)` */
function droppedNote(content: readonly Block[]): string | null {
  const counts = new Map<string, number>();
  for (const { type } of content) {
    if (type !== 'text') counts.set(BLOCKS[type], (counts.get(BLOCKS[type]) ?? 0) + 1);
  }
  if (counts.size === 0) return null;
  const list = [...counts].map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`);
  return `(left out: ${list.join(', ')})`;
}
