import { ToolError } from '../tool.ts';
import { refuseCopies } from './label-copies.ts';
import { plainLogql, understood } from './plain-logql.ts';

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
 * Only what Loki reads as we do is sent. The result is parsed again and each selector in it looked at before it
 * is returned.
 *
 * @throws ToolError that says what is refused, and where.
 */
export function limitToNamespaces(query: string, limit: NamespaceLimit): string {
  const matcher = namespaceMatcher(limit);
  const plain = plainLogql(query);
  refuseCopies(plain);
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

/** @throws ToolError unless the query is LogQL in which every selector begins with the matcher. */
function verify(query: string, matcher: string, selectors: number): void {
  const syntax = understood(query);
  const limited = syntax.selectors.filter(({ from }) => query.startsWith(`{${matcher}, `, from));
  if (limited.length === selectors && syntax.selectors.length === selectors) return;
  throw new ToolError('The query cannot be limited to the namespaces that may be read.');
}
