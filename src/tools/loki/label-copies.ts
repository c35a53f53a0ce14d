import {
  Identifier,
  LabelExtractionExpression,
  LabelFormatMatcher,
  LabelReplaceExpr,
  LineFormatExpr,
  Pattern,
  parser,
  String as QuotedText,
  Regexp,
  UnwrapExpr,
} from '@grafana/lezer-logql';
import type { SyntaxNode } from '@lezer/common';
import { literalText, whyNotRenamed, whyNotReplaced } from '../copied-labels.ts';
import { ToolError } from '../tool.ts';
import { plainLogql } from './plain-logql.ts';

/** Without any of these words a query shows lines and labels as they are. */
const MAY_COPY = /line_format|label_format|label_replace|regexp|pattern|json|logfmt|unwrap/i;

/**
 * The query, unless it shows a text of a line or the value of a label where redaction would not recognise a
 * secret in it. What can do that has to be understood to its end; of anything else Loki itself says best what is
 * wrong with it.
 *
 * @throws ToolError that says what to do instead.
 */
export function withoutCopies(query: string): string {
  if (!MAY_COPY.test(query)) return query;
  const plain = plainLogql(query);
  refuseCopies(plain);
  return plain;
}

/** @throws ToolError as {@link withoutCopies} does; the query has no comments. */
export function refuseCopies(query: string): void {
  const problems: string[] = [];
  parser.parse(query).iterate({
    enter({ type, node }) {
      const why = REASONS.get(type.id);
      const problem = why?.(node, (part) => query.slice(part.from, part.to));
      if (typeof problem === 'string') problems.push(problem);
    },
  });
  const [problem] = problems;
  if (problem !== undefined) throw new ToolError(`${problem}.`);
}

type Why = (node: SyntaxNode, textOf: (node: SyntaxNode) => string) => string | null;

const takesApart = (what: string) => () =>
  `${what} may not be used: it takes texts out of lines, which might be a part of a secret. Use | json or ` +
  '| logfmt for the fields of a line, and |= or |~ to find lines';

const REASONS: ReadonlyMap<number, Why> = new Map<number, Why>([
  [LineFormatExpr, takesApart('line_format')],
  [Regexp, takesApart('regexp')],
  [Pattern, takesApart('pattern')],
  [LabelFormatMatcher, whyNotFormatted],
  [LabelExtractionExpression, whyNotExtracted],
  [LabelReplaceExpr, whyNotReplacedBy],
  [UnwrapExpr, whyNotUnwrapped],
]);

function whyNotFormatted(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string | null {
  const [target, source] = node.getChildren(Identifier).map(textOf);
  if (source !== undefined) return whyNotRenamed(source, target);
  return 'label_format may only rename a label: a template can take a value apart. Leave the label as it is';
}

/** `| json city="address.city"`: the label has the name on the left, and the value of the path on the right. */
function whyNotExtracted(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string | null {
  const [literal] = node.getChildren(QuotedText).map(textOf);
  const [target] = node.getChildren(Identifier).map(textOf);
  if (literal === undefined) return null;
  const path = literalText(literal.replaceAll('\\"', "'"));
  if (path === null) return `write ${literal} without a backslash, in backticks`;
  const names = path.split(/[^\w-]+/).filter((name) => name !== '');
  if (/\]\s*$/.test(path) && /^\d+$/.test(names.at(-1) ?? '')) {
    return `${literal} is a part of a list, which may be a secret without its name. Use | json alone`;
  }
  const problems = names.map((name) =>
    whyNotRenamed(name, names.length === 1 ? target : undefined),
  );
  return problems.find((problem) => problem !== null) ?? null;
}

function whyNotReplacedBy(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string | null {
  const [, replacement = '""', source = '""', pattern = '""'] = node
    .getChildren(QuotedText)
    .map(textOf);
  return whyNotReplaced({ replacement, source, pattern });
}

/** A secret of digits alone would come back as a number. */
function whyNotUnwrapped(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string | null {
  const [name] = node.getChildren(Identifier).map(textOf);
  return name === undefined ? null : whyNotRenamed(name, undefined);
}
