import type { SyntaxNode, SyntaxNodeRef, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { ToolError } from '../tool.ts';
import type { NamespaceLimit } from './namespace-limit.ts';

/**
 * The query with the limit's matcher in each of its selectors, so that nothing it selects is of another
 * namespace. The matchers of a selector all have to hold, so those of the query can only narrow further.
 *
 * What is sent must mean to Prometheus what it means to this parser. So comments are taken out (the two
 * disagree on where one ends), strings have to be closed, everything outside of them has to be ASCII, and
 * the result is parsed again.
 *
 * @throws ToolError for a query that is not valid, or that selects series which no selector names.
 */
export function enforceNamespaces(query: string, limit: NamespaceLimit): string {
  const plain = withoutComments(withUnixLines(query.toWellFormed()));
  const tree = parse(plain);
  const selectors = nodesNamed(tree, 'VectorSelector');
  const enforced = selectors.reduceRight(
    (text, selector) => insertMatcher(text, selector, limit.matcher),
    plain,
  );
  if (!holds(enforced, limit.matcher, selectors.length)) {
    throw new ToolError(
      'The query cannot be limited to the allowed namespaces. Write each selector as name{label="value"}.',
    );
  }
  return enforced;
}

/**
 * {@link enforceNamespaces} for the `match[]` of the series and label endpoints, which is one selector.
 *
 * @throws ToolError for anything else.
 */
export function enforceSelector(match: string, limit: NamespaceLimit): string {
  const enforced = enforceNamespaces(match, limit);
  const only = parser.parse(enforced).topNode.firstChild;
  if (only?.name === 'VectorSelector' && only.nextSibling === null) return enforced;
  throw new ToolError(
    `match: "${match}" is not a series selector. Give one such as up{job="api"}, without functions.`,
  );
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
function parse(text: string): Tree {
  const tree = parser.parse(text);
  const [error] = nodes(tree, ({ type }) => type.isError);
  if (error) throw parseError(text, error.from);
  const strings = nodesNamed(tree, 'StringLiteral');
  const open = strings.find(({ from, to }) => !CLOSED_STRING.test(text.slice(from, to)));
  if (open) throw parseError(text, open.from);
  const foreign = FOREIGN.exec(blank(text, strings));
  if (foreign) throw parseError(text, foreign.index);
  if (nodesNamed(tree, 'Info').length > 0) {
    throw new ToolError(
      'info() reads series that no selector of the query names, so it is not available where namespaces are ' +
        'limited. Join with * on (…) group_left (…) instead.',
    );
  }
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

function insertMatcher(text: string, selector: SyntaxNode, matcher: string): string {
  const braces = selector.getChild('LabelMatchers');
  if (!braces) return `${text.slice(0, selector.to)}{${matcher}}${text.slice(selector.to)}`;
  const comma = braces.firstChild === null ? '' : ', ';
  return `${text.slice(0, braces.from + 1)}${matcher}${comma}${text.slice(braces.from + 1)}`;
}

function holds(enforced: string, matcher: string, selectors: number): boolean {
  const tree = parse(enforced);
  const found = nodesNamed(tree, 'VectorSelector');
  return (
    nodesNamed(tree, 'LineComment').length === 0 &&
    found.length === selectors &&
    found.every((selector) => {
      const first = selector.getChild('LabelMatchers')?.firstChild;
      return (
        first?.name === 'UnquotedLabelMatcher' && enforced.slice(first.from, first.to) === matcher
      );
    })
  );
}

function nodesNamed(tree: Tree, name: string): SyntaxNode[] {
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
