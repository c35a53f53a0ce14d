import { z } from 'zod';
import type { LabelSet } from '../alert/alert.ts';
import { headers, httpUrl, labelMatch, labelName, namespaceList, section, text } from './fields.ts';
import { type KubernetesAccess, KubernetesSection, withPathsFrom } from './kubernetes-access.ts';
import { type McpServerAccess, McpServerList } from './mcp-servers.ts';
import type { Secret } from './secret.ts';

/** What Kubernetes' own scrape configurations and log shippers write. */
export const DEFAULT_NAMESPACE_LABEL = 'namespace';

interface PrometheusAccess {
  url: string;
  /** Where people reach it, for links; null when that is `url`. */
  externalUrl: string | null;
  headers: Record<string, Secret>;
  /** The label of a series that names its namespace. */
  namespaceLabel: string;
}

interface LokiAccess {
  url: string;
  /** Sent as `X-Scope-OrgID`. */
  tenant: string | null;
  headers: Record<string, Secret>;
  /** The label of a stream that names its namespace. */
  namespaceLabel: string;
}

/** What the separate actions server may do, with credentials of its own; the tools never use them. */
interface ActionsAccess {
  kubernetes: KubernetesAccess;
  namespaces: string[];
}

/** One cluster with its Kubernetes, Prometheus and Loki, null for what it does not have, and other MCP servers. */
export interface Environment {
  name: string;
  /** Labels that an alert of this environment carries. Empty: any alert. */
  match: LabelSet;
  /** The only ones that Kubernetes, Prometheus and Loki may be asked about; null for all that they allow. */
  namespaces: string[] | null;
  kubernetes: KubernetesAccess | null;
  prometheus: PrometheusAccess | null;
  loki: LokiAccess | null;
  mcp: McpServerAccess[];
  /** Null: there is no actions server for it. */
  actions: ActionsAccess | null;
}

export const EnvironmentSection = section({
  name: z
    .string('a name of letters, digits, ".", "_" and "-"')
    .regex(/^[A-Za-z0-9][\w.-]*$/, 'a name of letters, digits, ".", "_" and "-"'),
  match: labelMatch().default({}),
  namespaces: namespaceList().optional(),
  kubernetes: KubernetesSection.optional(),
  prometheus: section({
    url: httpUrl(),
    externalUrl: httpUrl().optional(),
    headers: headers().default({}),
    namespaceLabel: labelName().default(DEFAULT_NAMESPACE_LABEL),
  }).optional(),
  loki: section({
    url: httpUrl(),
    tenant: text('the id of a tenant').optional(),
    headers: headers().default({}),
    namespaceLabel: labelName().default(DEFAULT_NAMESPACE_LABEL),
  }).optional(),
  mcp: McpServerList.default([]),
  actions: section({
    kubernetes: KubernetesSection,
    namespaces: namespaceList(),
  }).optional(),
});

/** What the file says, made whole. Relative paths count from `directory`, where the file is. */
export function environmentOf(
  given: z.output<typeof EnvironmentSection>,
  directory: string,
): Environment {
  const { name, match, namespaces, kubernetes, prometheus, loki, mcp, actions } = given;
  return {
    name,
    match,
    namespaces: namespaces ?? null,
    kubernetes: kubernetes ? withPathsFrom(directory, kubernetes) : null,
    prometheus: prometheus ? { ...prometheus, externalUrl: prometheus.externalUrl ?? null } : null,
    loki: loki ? { ...loki, tenant: loki.tenant ?? null } : null,
    mcp,
    actions: actions
      ? { ...actions, kubernetes: withPathsFrom(directory, actions.kubernetes) }
      : null,
  };
}

/** Whether the alert carries every label of `match`. */
function matches(match: LabelSet, labels: LabelSet): boolean {
  return Object.entries(match).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );
}

/** The first environment whose `match` the alert's labels satisfy; null when none does. */
export function environmentFor(
  config: { environments: readonly Environment[] },
  labels: LabelSet,
): Environment | null {
  return config.environments.find((environment) => matches(environment.match, labels)) ?? null;
}
