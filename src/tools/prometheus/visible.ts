import type {
  ActiveAlert,
  AlertingRule,
  MetadataByMetric,
  RuleInGroup,
  Target,
} from './answers.ts';
import { isVisible, type NamespaceLimit } from './namespace-limit.ts';

/**
 * The rules that are about an allowed namespace: by their own label, or by that of an alert. Of these only
 * the alerts of allowed namespaces, and the error only of a rule whose own label says that it is about no
 * other: errors of evaluation quote series.
 */
export function onlyVisibleRules(
  rules: readonly RuleInGroup[],
  limit: NamespaceLimit | null,
): { rules: RuleInGroup[]; hidden: number } {
  if (limit === null) return { rules: [...rules], hidden: 0 };
  const visible = rules.flatMap((rule) => onlyVisible(rule, limit));
  return { rules: visible, hidden: rules.length - visible.length };
}

function onlyVisible(rule: RuleInGroup, limit: NamespaceLimit): RuleInGroup[] {
  const own = isVisible(rule.labels, limit);
  if (rule.type === 'recording') return own ? [rule] : [];
  const alerts = rule.alerts.filter(({ labels }) => isVisible(labels, limit));
  if (!own && alerts.length === 0) return [];
  const hidden = !own && rule.lastError !== '';
  const lastError = hidden ? 'left out: it may be about other namespaces' : rule.lastError;
  return [{ ...rule, alerts, state: stateFrom(alerts), lastError }];
}

/** The rule's own state may be that of an alert which is not shown. */
function stateFrom(alerts: readonly ActiveAlert[]): AlertingRule['state'] {
  const states = alerts.map(({ state }) => state);
  if (states.includes('firing')) return 'firing';
  return states.includes('pending') ? 'pending' : 'inactive';
}

export function onlyVisibleTargets(
  targets: readonly Target[],
  limit: NamespaceLimit | null,
): { targets: Target[]; hidden: number } {
  if (limit === null) return { targets: [...targets], hidden: 0 };
  const visible = targets.filter(({ labels }) => isVisible(labels, limit));
  return { targets: visible, hidden: targets.length - visible.length };
}

/** What the series of a histogram or summary have behind the name that its metadata is kept under. */
const SERIES_SUFFIX = /_(?:bucket|count|sum|total|created|info)$/;

/** The metric that a series belongs to, as metadata names it, after the name of the series itself. */
export function metadataNames(name: string): string[] {
  return SERIES_SUFFIX.test(name) ? [name, name.replace(SERIES_SUFFIX, '')] : [name];
}

/** The metadata of those metrics alone that have series under the given names. */
export function withMetadataOf(
  metrics: MetadataByMetric,
  seriesNames: readonly string[],
): MetadataByMetric {
  const known = new Set(seriesNames.flatMap(metadataNames));
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => known.has(name)));
}
