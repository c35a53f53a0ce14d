import type { SyntaxNode, SyntaxNodeRef, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { ToolError } from '../tool.ts';

/**
 * The query without what Prometheus and the grammar could read differently: comments are taken out (the two
 * disagree on where one ends). Positions stay those of the caller's text.
 */
export function plainPromql(query: string): string {
  return withoutComments(withUnixLines(query.toWellFormed()));
}

/** A lone carriage return ends a comment for Prometheus, but not for the grammar. */
function withUnixLines(query: string): string {
  return query.replaceAll('\r\n', ' \n').replaceAll('\r', '\n');
}

/** As many blanks in place of each comment, so that positions in errors stay those of the caller's text. */
function withoutComments(query: string): string {
  return nodesNamed(parser.parse(query), 'LineComment').reduceRight(
    (text, { from, to }) => text.slice(0, from) + ' '.repeat(to - from) + text.slice(to),
    query,
  );
}

/** @throws ToolError unless every part of the text is understood, and understood by Prometheus alike. */
export function parsePromql(text: string): Tree {
  const tree = parser.parse(text);
  const [error] = nodes(tree, ({ type }) => type.isError);
  if (error) throw parseError(text, error.from);
  const strings = nodesNamed(tree, 'StringLiteral');
  const open = strings.find(({ from, to }) => !CLOSED_STRING.test(text.slice(from, to)));
  if (open) throw parseError(text, open.from);
  const foreign = FOREIGN.exec(blank(text, strings));
  if (foreign) throw parseError(text, foreign.index);
  return tree;
}

/** The grammar also takes a string that its line's end cuts off, which Prometheus does not. */
const CLOSED_STRING = /^(?:"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)$/;
/** The grammar knows more kinds of white space than Prometheus does. */
const FOREIGN = /[^\x20-\x7e\t\n]/;

function blank(text: string, strings: readonly SyntaxNode[]): string {
  return strings.reduce(
    (rest, { from, to }) => rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to),
    text,
  );
}

function parseError(text: string, at: number): ToolError {
  const near = text.slice(at, at + 20).trim();
  return new ToolError(
    `parse error at char ${at + 1} ${near === '' ? 'at the end of the query' : `near ${JSON.stringify(near)}`}`,
  );
}

export function nodesNamed(tree: Tree, name: string): SyntaxNode[] {
  return nodes(tree, (node) => node.name === name);
}

/** In the order of the text. */
function nodes(tree: Tree, wanted: (node: SyntaxNodeRef) => boolean): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  tree.iterate({
    enter(node) {
      if (wanted(node)) found.push(node.node);
    },
  });
  return found;
}
