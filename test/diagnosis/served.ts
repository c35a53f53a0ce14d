import { mergePatch } from './merge-patch.ts';
import { counter, type World } from './world.ts';

/** What a server's own metrics say, before and after an instant. */
export interface Served {
  /** Requests a second, of all its pods. */
  rate?: readonly [before: number, after: number];
  /** The share of them that fails. */
  failed?: readonly [before: number, after: number];
  seconds?: readonly [before: number, after: number];
  secondsAgo?: number;
}

/** Metrics of its requests, as Spring's Micrometer gives them. */
function serve(world: World, name: string, served: Served = {}): void {
  const { rate = [20, 20], failed = [0, 0], seconds = [0.04, 0.04], secondsAgo = 900 } = served;
  const pods = world.app(name).pods;
  for (const pod of pods) {
    const labels = { namespace: world.namespace, pod: pod.metadata.name, job: name, service: name };
    const each = (of: (side: 0 | 1) => number) =>
      counter(of(0) / pods.length, of(1) / pods.length, secondsAgo);
    const count = 'http_server_requests_seconds_count';
    world.metric(
      count,
      { ...labels, status: '200' },
      each((it) => rate[it] * (1 - failed[it])),
    );
    world.metric(
      count,
      { ...labels, status: '500' },
      each((it) => rate[it] * failed[it]),
    );
    world.metric(
      'http_server_requests_seconds_sum',
      { ...labels, status: '200' },
      each((it) => rate[it] * seconds[it]),
    );
  }
}

export function serveAll(world: World, changed: Readonly<Record<string, Served>> = {}): void {
  for (const name of ['frontend', 'checkout', 'cart', 'catalog', 'currency', 'payment', 'orders']) {
    serve(world, name, changed[name]);
  }
}

/** CPU of its pods in cores, and how often they are throttled. */
export function useCpu(
  world: World,
  name: string,
  cores: readonly [before: number, after: number],
  secondsAgo = 900,
  throttled: readonly [before: number, after: number] | null = null,
): void {
  for (const pod of world.app(name).pods) {
    const labels = { namespace: world.namespace, pod: pod.metadata.name };
    world.remetric('container_cpu_usage_seconds_total', labels, counter(...cores, secondsAgo));
    if (throttled === null) continue;
    const of = { ...labels, container: name };
    world.metric('container_cpu_cfs_periods_total', of, counter(10));
    world.metric(
      'container_cpu_cfs_throttled_periods_total',
      of,
      counter(10 * throttled[0], 10 * throttled[1], secondsAgo),
    );
  }
}

/** Somebody wrote these keys of a ConfigMap. */
export function writeConfigMap(
  world: World,
  name: string,
  data: Record<string, string>,
  secondsAgo: number,
  manager = 'kubectl-edit',
): void {
  const keys = Object.fromEntries(Object.keys(data).map((key) => [`f:${key}`, {}]));
  mergePatch(world.object('ConfigMap', name), {
    data,
    metadata: {
      managedFields: [
        {
          manager,
          operation: 'Update',
          apiVersion: 'v1',
          time: world.ago(secondsAgo),
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': keys },
        },
      ],
    },
  });
}

/** The share of a server's requests that fails, as rules write it. */
export function failureShare(name: string, threshold: string): string {
  const of = (more: string) =>
    `sum(rate(http_server_requests_seconds_count{service="${name}"${more}}[5m]))`;
  return `${of(',status=~"5.."')} / ${of('')} > ${threshold}`;
}
