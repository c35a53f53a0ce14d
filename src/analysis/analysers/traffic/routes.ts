const GATEWAY = /(?:^|-)(?:gateway|ingress|proxy|nginx|envoy|kong|traefik|apisix|zuul)(?:-|$)/;

/** Whether a workload passes requests on, by its name: what it is told of others are routes. */
export function routes(name: string): boolean {
  return GATEWAY.test(name);
}
