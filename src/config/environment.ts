import { resolve } from 'node:path';
import { z } from 'zod';
import type { LabelSet } from '../alert/alert.ts';
import { headers, httpUrl, kubeconfigPath, labelMatch, path, section, text } from './fields.ts';
import type { Secret } from './secret.ts';

/** How to reach a cluster's API, with read-only rights. */
export type KubernetesAccess = (
  | { kind: 'kubeconfig'; kubeconfig: string; context: string | null }
  | { kind: 'in-cluster' }
  | { kind: 'token'; url: string; tokenFile: string; caFile: string | null }
) & {
  /** The only namespaces that may be asked about; null for all that RBAC allows. */
  namespaces: string[] | null;
};

interface PrometheusAccess {
  url: string;
  /** Where people reach it, for links; null when that is `url`. */
  externalUrl: string | null;
  headers: Record<string, Secret>;
}

interface LokiAccess {
  url: string;
  /** Sent as `X-Scope-OrgID`. */
  tenant: string | null;
  headers: Record<string, Secret>;
}

/** One cluster with its Kubernetes, Prometheus and Loki; null for what it does not have. */
export interface Environment {
  name: string;
  /** Labels that an alert of this environment carries. Empty: any alert. */
  match: LabelSet;
  kubernetes: KubernetesAccess | null;
  prometheus: PrometheusAccess | null;
  loki: LokiAccess | null;
}

const kubernetesForms =
  'exactly one of kubeconfig (with context, if wanted), inCluster: true, or url with tokenFile';

const KubernetesSection = section({
  kubeconfig: kubeconfigPath().optional(),
  context: text('the name of a context of the kubeconfig').optional(),
  inCluster: z.literal(true, 'true, or leave it out').optional(),
  url: httpUrl().optional(),
  tokenFile: path('a file that holds a bearer token').optional(),
  caFile: path('a PEM file with the certificate authority of the URL').optional(),
  namespaces: z
    .array(text('the name of a namespace'), 'a list of namespaces')
    .min(1, 'a list of namespaces; leave it out for all')
    .optional(),
}).transform((given, context): KubernetesAccess => {
  const { kubeconfig, inCluster, url, tokenFile } = given;
  const namespaces = given.namespaces ?? null;
  const stray =
    (given.context !== undefined && kubeconfig === undefined) ||
    ((tokenFile ?? given.caFile) !== undefined && url === undefined);
  const forms = [kubeconfig, inCluster, url].filter((form) => form !== undefined).length;
  if (forms === 1 && !stray) {
    if (kubeconfig !== undefined) {
      return { kind: 'kubeconfig', kubeconfig, context: given.context ?? null, namespaces };
    }
    if (inCluster) return { kind: 'in-cluster', namespaces };
    if (url !== undefined && tokenFile !== undefined) {
      return { kind: 'token', url, tokenFile, caFile: given.caFile ?? null, namespaces };
    }
  }
  context.addIssue({ code: 'custom', message: kubernetesForms });
  return z.NEVER;
});

export const EnvironmentSection = section({
  name: z
    .string('a name of letters, digits, ".", "_" and "-"')
    .regex(/^[A-Za-z0-9][\w.-]*$/, 'a name of letters, digits, ".", "_" and "-"'),
  match: labelMatch().default({}),
  kubernetes: KubernetesSection.optional(),
  prometheus: section({
    url: httpUrl(),
    externalUrl: httpUrl().optional(),
    headers: headers().default({}),
  }).optional(),
  loki: section({
    url: httpUrl(),
    tenant: text('the id of a tenant').optional(),
    headers: headers().default({}),
  }).optional(),
});

/** What the file says, made whole. Relative paths count from `directory`, where the file is. */
export function environmentOf(
  given: z.output<typeof EnvironmentSection>,
  directory: string,
): Environment {
  const { name, match, kubernetes, prometheus, loki } = given;
  return {
    name,
    match,
    kubernetes: kubernetes ? withPathsFrom(directory, kubernetes) : null,
    prometheus: prometheus ? { ...prometheus, externalUrl: prometheus.externalUrl ?? null } : null,
    loki: loki ? { ...loki, tenant: loki.tenant ?? null } : null,
  };
}

function withPathsFrom(directory: string, access: KubernetesAccess): KubernetesAccess {
  switch (access.kind) {
    case 'kubeconfig':
      return { ...access, kubeconfig: resolve(directory, access.kubeconfig) };
    case 'token':
      return {
        ...access,
        tokenFile: resolve(directory, access.tokenFile),
        caFile: access.caFile === null ? null : resolve(directory, access.caFile),
      };
    case 'in-cluster':
      return access;
  }
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
