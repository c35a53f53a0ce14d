import { ToolError } from '../tool.ts';
import { type LogqlSyntax, parseLogql, placeIn, type Span } from './logql.ts';

/** The only namespaces whose logs may be read. */
export interface NamespaceLimit {
  /** The stream label that holds the namespace. */
  label: string;
  namespaces: readonly string[];
}

/**
 * The same query with `namespace="a"` (or `namespace=~"a|b"`) as the first matcher of each stream selector.
 * Loki requires every matcher of a selector to hold, so whatever else a selector says can only narrow it.
 *
 * Where our parser and Loki's could read a text differently, it is refused: anything that is not LogQL to
 * our parser (which has no `variants(…) of (…)`, and takes no empty selector), and outside quotes anything
 * that is not plain ASCII. Comments are blanked out, so that nobody has to agree on where they end. The
 * result is parsed again and each selector in it looked at before it is returned.
 *
 * @throws ToolError that says what is refused, and where.
 */
export function limitToNamespaces(query: string, limit: NamespaceLimit): string {
  const matcher = namespaceMatcher(limit);
  const plain = blank(query, understood(query).comments);
  const { selectors } = understood(plain);
  let limited = '';
  let done = 0;
  for (const { from } of selectors) {
    limited += `${plain.slice(done, from)}{${matcher}, `;
    done = from + 1;
  }
  limited += plain.slice(done);
  verify(limited, matcher, selectors.length);
  return limited;
}

/** The selector of all logs that may be read. */
export function namespaceSelector(limit: NamespaceLimit): string {
  return `{${namespaceMatcher(limit)}}`;
}

function namespaceMatcher({ label, namespaces }: NamespaceLimit): string {
  if (!/^[A-Za-z_]\w*$/.test(label)) {
    throw new ToolError(`The configured namespace label "${label}" is no name of a label in Loki.`);
  }
  const [first, ...others] = namespaces;
  // A matcher of nothing would be `=""`, which streams without the label do match.
  if (first === undefined)
    throw new ToolError('No namespace is configured whose logs may be read.');
  return others.length === 0
    ? `${label}=${JSON.stringify(first)}`
    : `${label}=~${JSON.stringify(namespaces.map(literally).join('|'))}`;
}

/** A name as a regular expression of Go that matches only itself. */
function literally(name: string): string {
  return name.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** @throws ToolError unless all of it is LogQL that Loki reads as we do. */
function understood(query: string): LogqlSyntax {
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
      `${near === '' ? 'the query ends too early' : `unexpected ${JSON.stringify(near)}`}. Logs are limited to ` +
      'some namespaces here, and a query that cannot be read to its last character is refused. Use a selector ' +
      'with at least one matcher, such as {app="checkout"}, and texts in "double quotes" or `backticks`.',
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

/** @throws ToolError unless the query is LogQL in which every selector begins with the matcher. */
function verify(query: string, matcher: string, selectors: number): void {
  const syntax = understood(query);
  const limited = syntax.selectors.filter(({ from }) => query.startsWith(`{${matcher}, `, from));
  if (limited.length === selectors && syntax.selectors.length === selectors) return;
  throw new ToolError('The query cannot be limited to the namespaces that may be read.');
}
