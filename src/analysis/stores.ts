import type { Cluster, Workload } from './cluster.ts';
import type { Dependencies } from './dependencies.ts';
import { keyOf, type ObjectRef, refOf } from './object-ref.ts';
import { behind, workloadOf } from './owners.ts';

/** What keeps data or messages for others. */
export type StoreKind = keyof typeof STORES;

const STORES = {
  postgres: {
    image: /postgres|timescale|pgvector|cloudnative-pg|spilo/,
    port: 5432,
    word: /postgres|pgsql|(?:^|-)pg(?:-|$)/,
  },
  mysql: { image: /mysql|mariadb|percona|xenon/, port: 3306, word: /mysql|mariadb/ },
  redis: { image: /redis|valkey|keydb|dragonfly/, port: 6379, word: /redis|valkey/ },
  mongodb: { image: /mongo/, port: 27017, word: /mongo/ },
  rabbitmq: { image: /rabbitmq/, port: 5672, word: /rabbit|amqp/ },
  kafka: { image: /kafka|redpanda/, port: 9092, word: /kafka/ },
  memcached: { image: /memcached/, port: 11211, word: /memcache/ },
} as const;

/** What runs beside a store, or in front of one, under the same name. */
const BESIDE = /exporter|operator|backup|proxy|router|bouncer|admin|-ui\b|client|init|connector/;

/** By its image, or else by the port that it is served on; null for what is no store. */
export function storeKindOf({ template: { spec } }: Workload): StoreKind | null {
  const images = spec.containers
    .map(({ image }) => image.split('/').at(-1)?.split(/[:@]/, 1)[0] ?? '')
    .filter((image) => !BESIDE.test(image));
  for (const kind of kinds()) if (images.some((it) => STORES[kind].image.test(it))) return kind;
  const ports = spec.containers.flatMap((it) => it.ports.map(({ containerPort }) => containerPort));
  return kinds().find((kind) => ports.includes(STORES[kind].port)) ?? null;
}

/** That a name or an address speaks of: `REDIS_ADDR`, `jdbc:mysql://…`, `orders-db:5432`. */
export function storeKindIn(text: string): StoreKind | null {
  const lower = text.toLowerCase();
  return (
    kinds().find(
      (kind) => STORES[kind].word.test(lower) || lower.includes(`:${STORES[kind].port}`),
    ) ?? null
  );
}

function kinds(): StoreKind[] {
  return Object.keys(STORES).filter((key): key is StoreKind => Object.hasOwn(STORES, key));
}

/**
 * The store that a workload means: of those that it is known to need, else of all, the one of that kind. Null when
 * there is none, or several and nothing tells which, since a guess would blame somebody.
 */
export function storeOf(
  client: ObjectRef,
  kind: StoreKind | null,
  cluster: Cluster,
  dependencies: Dependencies,
): Workload | null {
  const own = workloadOf(client, cluster);
  const ownKind = own && storeKindOf(own);
  if (own && ownKind !== null && (kind === null || ownKind === kind)) return own;
  const fits = (workload: Workload) => {
    const its = storeKindOf(workload);
    return its !== null && (kind === null || its === kind);
  };
  const needed = [...dependencies.reach(client).values()]
    .filter(({ steps }) => steps <= 2)
    .flatMap(({ ref }) => workloadOf(ref, cluster) ?? [])
    .filter(fits);
  if (needed.length > 0) return likeliest(client, needed);
  const all = cluster.workloads.filter(
    (it) =>
      it.ref.namespace === client.namespace &&
      ['StatefulSet', 'Deployment', 'DaemonSet'].includes(it.ref.kind) &&
      fits(it),
  );
  return likeliest(client, all);
}

/** Of several, the one whose name begins most like the client's: `ts-order-mongo` for `ts-order-service`. */
function likeliest(client: ObjectRef, among: readonly Workload[]): Workload | null {
  const [first, second] = among
    .map((workload) => ({ workload, alike: sharedStart(client.name, workload.ref.name) }))
    .sort((a, b) => b.alike - a.alike || a.workload.ref.name.length - b.workload.ref.name.length);
  if (first === undefined) return null;
  const clear = second === undefined || (first.alike >= 2 && isAhead(first, second));
  return clear ? first.workload : null;
}

interface Likeness {
  workload: Workload;
  alike: number;
}

function isAhead(first: Likeness, second: Likeness): boolean {
  return (
    first.alike > second.alike || first.workload.ref.name.length < second.workload.ref.name.length
  );
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** The workloads behind the Service that a host, a cluster IP or a full name stands for. */
export function workloadsAt(host: string, namespace: string | null, cluster: Cluster): Workload[] {
  const [name = '', other] = host.toLowerCase().split('.');
  return cluster.services
    .filter(
      ({ metadata, spec }) =>
        spec.clusterIP === host ||
        (metadata.name === name &&
          (metadata.namespace === other || metadata.namespace === namespace)),
    )
    .flatMap((service) => behind(service, cluster));
}

/** Who needs any of the Services in front of a workload. */
export function clientsOf(
  store: ObjectRef,
  cluster: Cluster,
  dependencies: Dependencies,
): Workload[] {
  const services = cluster.services
    .filter((service) => behind(service, cluster).some(({ ref }) => keyOf(ref) === keyOf(store)))
    .map(({ metadata }) => keyOf(refOf('Service', metadata)));
  return cluster.workloads.filter(
    ({ ref }) =>
      keyOf(ref) !== keyOf(store) &&
      dependencies.needs(ref).some((needed) => services.includes(keyOf(needed))),
  );
}
