import {
  LineComment,
  PipelineExpr,
  parser,
  String as QuotedText,
  Selector,
} from '@grafana/lezer-logql';
import { ToolError } from '../tool.ts';

/** A part of a query, in UTF-16 units; `to` is behind it. */
export interface Span {
  from: number;
  to: number;
}

/** What a LogQL query is made of, as far as anything here asks. */
export interface LogqlSyntax {
  /** Each stream selector with its braces, in the order of the text. */
  selectors: readonly Span[];
  /** Each quoted text with its quotes. */
  strings: readonly Span[];
  comments: readonly Span[];
  /** Whether something behind a selector has to look into its lines. */
  filtered: boolean;
  /** Where the first thing is that is no LogQL; null when all of it is. */
  errorAt: number | null;
}

/** Never throws: what is no LogQL has an `errorAt`. Linear in the length of the query. */
export function parseLogql(query: string): LogqlSyntax {
  const selectors: Span[] = [];
  const strings: Span[] = [];
  const comments: Span[] = [];
  let filtered = false;
  let errorAt: number | null = null;
  parser.parse(query).iterate({
    enter({ type, from, to }) {
      if (type.isError) errorAt = Math.min(errorAt ?? from, from);
      else if (type.id === Selector) selectors.push({ from, to });
      else if (type.id === QuotedText) strings.push({ from, to });
      else if (type.id === LineComment) comments.push({ from, to });
      else if (type.id === PipelineExpr) filtered = true;
    },
  });
  return { selectors, strings, comments, filtered, errorAt };
}

/** `line 1, col 12`, counted from one, as Loki names a place in a query. */
export function placeIn(query: string, offset: number): string {
  const lines = query.slice(0, offset).split('\n');
  return `line ${lines.length}, col ${(lines.at(-1) ?? '').length + 1}`;
}

/**
 * The selector of a query for lines, without what the query does with them.
 *
 * @throws ToolError when the query has none, or several.
 */
export function selectorOf(query: string): string {
  const { selectors, errorAt } = parseLogql(query);
  const [selector] = selectors;
  if (errorAt === null && selector !== undefined && selectors.length === 1) {
    return query.slice(selector.from, selector.to);
  }
  throw new ToolError(
    `query: ${query} is no query for the lines of one selector, such as {namespace="shop", app="checkout"}.`,
  );
}

/** The lines of a log query, counted in steps. The query may end in a comment, which a line end closes. */
export function countOverTime(query: string, stepSeconds: number): string {
  return `count_over_time(${query}\n[${stepSeconds}s])`;
}
