/** The namespaces that an environment may show, and how a series tells its own. */
export interface NamespaceLimit {
  label: string;
  namespaces: readonly string[];
  /** The label matcher in PromQL that holds for these namespaces alone. */
  matcher: string;
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * @throws Error when the limit would hold nothing back: a matcher of an empty name also matches every series
 * that has no such label.
 */
export function namespaceLimit(
  namespaces: readonly string[],
  label: string = 'namespace',
): NamespaceLimit {
  if (!LABEL_NAME.test(label)) {
    throw new Error(`prometheus.namespaceLabel: "${label}" is not a label name.`);
  }
  if (namespaces.length === 0 || namespaces.some((name) => name.trim() === '')) {
    throw new Error('prometheus.namespaces: needs at least one namespace, and none may be empty.');
  }
  const [only] = namespaces;
  const matcher =
    only !== undefined && namespaces.length === 1
      ? `${label}=${JSON.stringify(only)}`
      : `${label}=~${JSON.stringify(namespaces.map(escapeRegex).join('|'))}`;
  return { label, namespaces, matcher };
}

/** Prometheus anchors the patterns of matchers at both ends. */
function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function isVisible(labels: Record<string, string>, limit: NamespaceLimit): boolean {
  return limit.namespaces.includes(labels[limit.label] ?? '');
}

/** What an answer says about its limit. */
export function limitNote({ namespaces }: NamespaceLimit): string {
  return `limited to namespace${namespaces.length === 1 ? '' : 's'} ${namespaces.join(', ')}`;
}
