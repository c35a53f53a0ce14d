import type { SyntaxNode, Tree } from '@lezer/common';
import { whyNotJoined, whyNotReplaced } from '../copied-labels.ts';
import { ToolError } from '../tool.ts';
import { nodesNamed, parsePromql, plainPromql } from './promql.ts';

/** Without the one no function of PromQL's kind copies labels, without the other none is spelled otherwise. */
const MAY_COPY = /label|\\/i;

/**
 * The query, unless it shows the value of a label where redaction would not recognise a secret in it. What can
 * do that has to be understood to its end; of anything else Prometheus itself says best what is wrong with it.
 *
 * @throws ToolError that says what to do instead.
 */
export function withoutCopies(query: string): string {
  if (!MAY_COPY.test(query)) return query;
  const plain = plainPromql(query);
  refuseCopies(plain, parsePromql(plain));
  return plain;
}

/** @throws ToolError as {@link withoutCopies} does; `tree` is that of the text. */
export function refuseCopies(text: string, tree: Tree): void {
  for (const call of nodesNamed(tree, 'FunctionCall')) {
    const problem = whyRefused(call, text);
    if (problem !== null) throw new ToolError(`${problem}.`);
  }
}

function whyRefused(call: SyntaxNode, text: string): string | null {
  const name = call.getChild('FunctionIdentifier')?.firstChild?.name;
  if (name !== 'LabelReplace' && name !== 'LabelJoin') return null;
  const [, ...given] = childrenOf(call.getChild('FunctionCallBody'));
  if (given.some((argument) => argument.name !== 'StringLiteral')) {
    return 'label_replace and label_join take quoted texts after the vector';
  }
  const literals = given.map(({ from, to }) => text.slice(from, to));
  if (name === 'LabelJoin') {
    const [, separator = '""', ...sources] = literals;
    return whyNotJoined(separator, sources);
  }
  const [, replacement = '""', source = '""', pattern = '""'] = literals;
  return whyNotReplaced({ replacement, source, pattern });
}

function childrenOf(node: SyntaxNode | null): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) {
    children.push(child);
  }
  return children;
}
