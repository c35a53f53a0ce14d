import type { SyntaxNode } from '@lezer/common';
import { literalText } from '../copied-labels.ts';

/** Under these labels Mimir carries queries of its own, in which no matcher of ours would be. */
const INTERNAL_LABELS: ReadonlySet<string> = new Set([
  '__queries__',
  '__embedded_queries__',
  '__downstream_query__',
  '__subquery_spinoff__',
]);
/** So it names the metrics that stand for them. No metric of anybody's has such a name. */
const INTERNAL_METRIC = /^__.*__$/s;

/**
 * Whether a selector is one of those that query engines hand to themselves, and answer with whatever the query
 * hidden in it asks for: https://github.com/grafana/mimir/tree/main/pkg/frontend/querymiddleware/astmapper
 */
export function selectsInternals(selector: SyntaxNode, query: string): boolean {
  const { metrics, labels } = namesIn(selector, query);
  return (
    metrics.some((name) => name === null || INTERNAL_METRIC.test(name)) ||
    labels.some((name) => name === null || INTERNAL_LABELS.has(name))
  );
}

/** Null for a name that a backslash hides. */
interface Names {
  metrics: (string | null)[];
  labels: (string | null)[];
}

function namesIn(selector: SyntaxNode, query: string): Names {
  const textOf = ({ from, to }: SyntaxNode) => query.slice(from, to);
  const braces = selector.getChild('LabelMatchers');
  const quoted = braces?.getChildren('QuotedLabelName') ?? [];
  const matchers = [
    ...(braces?.getChildren('UnquotedLabelMatcher') ?? []),
    ...(braces?.getChildren('QuotedLabelMatcher') ?? []),
  ].map((matcher) => ({
    label: nameOf(matcher.firstChild, textOf),
    value: matcher.lastChild === null ? null : literalText(textOf(matcher.lastChild)),
    exact: matcher.getChild('MatchOp')?.firstChild?.name === 'EqlSingle',
  }));
  return {
    metrics: [
      ...selector.getChildren('Identifier').map(textOf),
      ...quoted.map((name) => literalText(textOf(name))),
      ...matchers.flatMap(({ label, value, exact }) =>
        label === '__name__' && exact ? [value] : [],
      ),
    ],
    labels: matchers.map(({ label }) => label),
  };
}

function nameOf(node: SyntaxNode | null, textOf: (node: SyntaxNode) => string): string | null {
  if (node === null) return null;
  return node.name === 'QuotedLabelName' ? literalText(textOf(node)) : textOf(node);
}
