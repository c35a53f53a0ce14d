/**
 * How to reach a cluster. With none of the three forms set, what kubectl would use: `$KUBECONFIG`,
 * `~/.kube/config`, or the service account of the pod that this runs in.
 */
export type KubernetesConnection = (
  | { kubeconfig?: string | undefined; context?: string | undefined }
  | { inCluster: true }
  | {
      url: string;
      /** Holds a bearer token. Read anew for every request, because such tokens rotate. */
      tokenFile?: string | undefined;
      /** PEM of the certificate authority that the API server's certificate is checked against. */
      caFile?: string | undefined;
    }
) & {
  /** When set, no other namespace is ever asked about, whatever RBAC would allow. */
  namespaces?: readonly string[] | undefined;
  timeoutMs?: number | undefined;
  /** The most that one answer of the API server may hold. */
  maxBytes?: number | undefined;
};
