import { resolve } from 'node:path';
import { z } from 'zod';
import { httpUrl, kubeconfigPath, path, section, text } from './fields.ts';

/** How to reach a cluster's API. */
export type KubernetesAccess =
  | { kind: 'kubeconfig'; kubeconfig: string; context: string | null }
  | { kind: 'in-cluster' }
  | { kind: 'token'; url: string; tokenFile: string; caFile: string | null };

const kubernetesForms =
  'exactly one of kubeconfig (with context, if wanted), inCluster: true, or url with tokenFile';

export const KubernetesSection = section({
  kubeconfig: kubeconfigPath().optional(),
  context: text('the name of a context of the kubeconfig').optional(),
  inCluster: z.literal(true, 'true, or leave it out').optional(),
  url: httpUrl().optional(),
  tokenFile: path('a file that holds a bearer token').optional(),
  caFile: path('a PEM file with the certificate authority of the URL').optional(),
  namespaces: z
    .undefined(
      'nothing: name them beside kubernetes, as environments[].namespaces, for all systems',
    )
    .optional(),
}).transform((given, context): KubernetesAccess => {
  const { kubeconfig, inCluster, url, tokenFile } = given;
  const stray =
    (given.context !== undefined && kubeconfig === undefined) ||
    ((tokenFile ?? given.caFile) !== undefined && url === undefined);
  const forms = [kubeconfig, inCluster, url].filter((form) => form !== undefined).length;
  if (forms === 1 && !stray) {
    if (kubeconfig !== undefined) {
      return { kind: 'kubeconfig', kubeconfig, context: given.context ?? null };
    }
    if (inCluster) return { kind: 'in-cluster' };
    if (url !== undefined && tokenFile !== undefined) {
      return { kind: 'token', url, tokenFile, caFile: given.caFile ?? null };
    }
  }
  context.addIssue({ code: 'custom', message: kubernetesForms });
  return z.NEVER;
});

/** Relative paths count from `directory`. */
export function withPathsFrom(directory: string, access: KubernetesAccess): KubernetesAccess {
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
