import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { ToolError } from '../tool.ts';
import { selectsInternals } from './internal-series.ts';
import { refuseCopies } from './label-copies.ts';
import type { NamespaceLimit } from './namespace-limit.ts';
import { nodesNamed, parsePromql, plainPromql } from './promql.ts';

/**
 * The query with the limit's matcher in each of its selectors, so that nothing it selects is of another
 * namespace. The matchers of a selector all have to hold, so those of the query can only narrow further.
 *
 * What is sent must mean to Prometheus what it means to this parser. So comments are taken out, strings have to be closed, everything outside of them has to be ASCII, and
 * the result is parsed again.
 *
 * @throws ToolError for a query that is not valid, or that selects series which no selector names.
 */
export function enforceNamespaces(query: string, limit: NamespaceLimit): string {
  const plain = plainPromql(query);
  const tree = parsePromql(plain);
  refuseCopies(plain, tree);
  if (nodesNamed(tree, 'Info').length > 0) {
    throw new ToolError(
      'info() reads series that no selector of the query names, so it is not available where namespaces are ' +
        'limited. Join with * on (…) group_left (…) instead.',
    );
  }
  const selectors = nodesNamed(tree, 'VectorSelector');
  if (selectors.some((selector) => selectsInternals(selector, plain))) {
    throw new ToolError(
      'Names such as __queries__ are for the internal use of query engines, and names are written without ' +
        'backslashes. Select series by the name and labels that they were scraped with.',
    );
  }
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

function insertMatcher(text: string, selector: SyntaxNode, matcher: string): string {
  const braces = selector.getChild('LabelMatchers');
  if (!braces) return `${text.slice(0, selector.to)}{${matcher}}${text.slice(selector.to)}`;
  const comma = braces.firstChild === null ? '' : ', ';
  return `${text.slice(0, braces.from + 1)}${matcher}${comma}${text.slice(braces.from + 1)}`;
}

function holds(enforced: string, matcher: string, selectors: number): boolean {
  const tree = parsePromql(enforced);
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
