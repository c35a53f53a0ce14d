import { ToolError } from '../tool.ts';
import { type LogqlSyntax, parseLogql, placeIn, type Span } from './logql.ts';

/**
 * The query with its comments blanked out, so that nobody has to agree on where they end.
 *
 * @throws ToolError as {@link understood} does.
 */
export function plainLogql(query: string): string {
  return blank(query, understood(query).comments);
}

/**
 * What a query is made of, where Loki reads it as we do. Where it could read it differently, it is refused:
 * anything that is not LogQL to our parser (which has no `variants(…) of (…)`, and takes no empty selector), and
 * outside quotes anything that is not plain ASCII.
 *
 * @throws ToolError with the place that is refused.
 */
export function understood(query: string): LogqlSyntax {
  const syntax = parseLogql(query);
  const bare = blank(query, [...syntax.strings, ...syntax.comments]);
  const refusedAt = [
    syntax.errorAt,
    badlyQuoted(query, syntax),
    notPlain(bare),
    strayBrace(bare, syntax),
  ].find((at) => at !== null);
  if (refusedAt === undefined) return syntax;
  const near = query.slice(refusedAt).split('\n')[0]?.slice(0, 30) ?? '';
  throw new ToolError(
    `parse error at ${placeIn(query, refusedAt)}: ` +
      `${near === '' ? 'the query ends too early' : `unexpected ${JSON.stringify(near)}`}. A query that cannot ` +
      'be read to its last character is refused here. Use a selector with at least one matcher, such as ' +
      '{app="checkout"}, and texts in "double quotes" or `backticks`.',
  );
}

/** A text in double quotes ends on its line and escapes its quotes; one in backticks escapes nothing. */
const QUOTED = /^(?:"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`)$/;

function badlyQuoted(query: string, { strings }: LogqlSyntax): number | null {
  return strings.find(({ from, to }) => !QUOTED.test(query.slice(from, to)))?.from ?? null;
}

/** The scanner of Go, which Loki uses, has its own idea of other white space, of quotes and of letters. */
const NOT_PLAIN = /[^\t\n\r -~]|['"`]|\/[/*]/;

function notPlain(bare: string): number | null {
  const at = bare.search(NOT_PLAIN);
  return at === -1 ? null : at;
}

/** A brace that opens no selector which our parser has seen. */
function strayBrace(bare: string, { selectors }: LogqlSyntax): number | null {
  const opening = new Set(selectors.map(({ from }) => from));
  for (let at = bare.indexOf('{'); at !== -1; at = bare.indexOf('{', at + 1)) {
    if (!opening.has(at)) return at;
  }
  return null;
}

/** The text with blanks in some places, and everything else where it was. */
function blank(text: string, spans: readonly Span[]): string {
  const ordered = [...spans].sort((a, b) => a.from - b.from);
  let out = '';
  let done = 0;
  for (const { from, to } of ordered) {
    out += text.slice(done, from) + ' '.repeat(to - from);
    done = to;
  }
  return out + text.slice(done);
}
