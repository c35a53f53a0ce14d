import type { KubernetesAccess } from '../config/kubernetes-access.ts';
import type { KubernetesConnection } from '../tools/kubernetes/connection.ts';

export function kubernetesOf(access: KubernetesAccess): KubernetesConnection {
  switch (access.kind) {
    case 'in-cluster':
      return { inCluster: true };
    case 'token':
      return {
        url: access.url,
        tokenFile: access.tokenFile,
        caFile: access.caFile ?? undefined,
      };
    case 'kubeconfig':
      return { kubeconfig: access.kubeconfig, context: access.context ?? undefined };
  }
}
