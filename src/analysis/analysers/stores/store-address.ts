import type { Service } from '../../../tools/kubernetes/objects/network.ts';
import { behind, type Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isInTrouble, isUnready, troubledSince } from '../../health.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import type { Sighting } from '../../sightings.ts';
import type { Situation } from '../../situation.ts';
import { addressesOf, type GivenAddress } from '../../store-addresses.ts';
import { type StoreKind, storeKindIn, storeKindOf, storeOf } from '../../stores.ts';

/** An address in a specification that the store's Service does not have, whatever else is known. */
const SPECIFIED = 0.9;
/** The client is well all the same: it may not use what it is given. */
const SPECIFIED_BUT_WELL = 0.55;
/** A client says that it was refused at an address that its store does not have. */
const SAID = 0.92;
/** Only this one client cannot reach a store that is well: nothing else fits. */
const ALONE = 0.72;

/** Clients that look for their store at a host or port where it is not. */
export const storeAddress: Analyser = {
  looksFor: 'clients that look for their store at a wrong host or port',
  analyse: (situation) => [
    ...situation.cluster.workloads.flatMap((workload) => specified(workload, situation)),
    ...situation.sightings.flatMap((sighting) => said(sighting, situation)),
  ],
};

function specified(workload: Workload, situation: Situation): Finding[] {
  const { cluster, quotes, window } = situation;
  return addressesOf(workload).flatMap((given): Finding[] => {
    const wrong = wrongIn(given, workload, situation);
    if (wrong === null) return [];
    const troubled =
      isInTrouble(workload.ref, cluster, window) ||
      situation.sightings.some((it) => isSame(it.workload, workload.ref));
    const pattern =
      given.from === 'command' ? new RegExp(`:${given.port}`) : new RegExp(`${given.from}=`);
    return [
      {
        failureMode: 'store-credentials',
        object: workload.ref,
        severity: 'critical',
        statement: `${nameOf(workload.ref)} looks for its store at ${given.host}${given.port === null ? '' : `:${given.port}`}, ${wrong.reason}.`,
        why: `Its ${given.from} beside the Services of the namespace.`,
        citations: [
          ...quotes.object(workload.ref, pattern).slice(0, 1),
          ...(wrong.service
            ? quotes.object({
                kind: 'Service',
                namespace: wrong.service.metadata.namespace,
                name: wrong.service.metadata.name,
              })
            : []),
        ],
        score: troubled ? SPECIFIED : SPECIFIED_BUT_WELL,
        explains: [],
        since: troubledSince(workload.ref, cluster),
      },
    ];
  });
}

/** Only of stores: what else is misaddressed is another failure. */
function wrongIn(
  { host, port, kind }: GivenAddress,
  { ref }: Workload,
  { cluster }: Situation,
): { reason: string; service: Service | null } | null {
  const service = serviceAt(host, ref.namespace, cluster.services);
  if (service !== null) {
    const isStore = behind(service, cluster).some((it) => storeKindOf(it) !== null);
    if (!isStore || port === null || service.spec.ports.length === 0) return null;
    if (service.spec.ports.some((it) => it.port === port)) return null;
    const ports = service.spec.ports.map((it) => it.port).join(', ');
    // A headless Service leads to the pods themselves, whatever its ports.
    const isDirect = service.spec.clusterIP === 'None';
    if (isDirect && behind(service, cluster).some((it) => listensOn(it, port))) return null;
    return { reason: `while the Service ${host} has port ${ports}`, service };
  }
  if (kind === null || cluster.unread.has('services') || !isLocalName(host, ref.namespace))
    return null;
  const there = cluster.workloads.find(
    (it) => storeKindOf(it) === kind && it.ref.namespace === ref.namespace,
  );
  if (there === undefined || isSame(there.ref, ref)) return null;
  return { reason: `and no Service is called ${host}`, service: null };
}

function listensOn({ template: { spec } }: Workload, port: number): boolean {
  return spec.containers.some(({ ports }) => ports.some((it) => it.containerPort === port));
}

/** A single word, or a full name of this namespace. A pod of a StatefulSet has its Service behind the first dot. */
function isLocalName(host: string, namespace: string | null): boolean {
  const [, other, svc] = host.split('.');
  return (
    host !== 'localhost' &&
    (other === undefined || (other === namespace && (svc ?? 'svc') === 'svc'))
  );
}

function serviceAt(
  host: string,
  namespace: string | null,
  services: readonly Service[],
): Service | null {
  const [name = '', other = namespace ?? '', third] = host.toLowerCase().split('.');
  const inside = (wanted: string, of: string) =>
    services.find(({ metadata }) => metadata.name === wanted && metadata.namespace === of) ?? null;
  return (
    services.find(({ spec }) => spec.clusterIP === host) ??
    inside(name, other) ??
    // `orders-db-0.orders-db`: a pod behind its headless Service.
    (/-\d+$/.test(name)
      ? inside(other, third && third !== 'svc' ? third : (namespace ?? ''))
      : null)
  );
}

/** What the log of a client says of a store that is well. */
function said(sighting: Sighting, situation: Situation): Finding[] {
  const { failureMode, store: kind } = sighting.signature;
  const { host, port } = sighting.names;
  const { cluster } = situation;
  const { namespace } = sighting.workload;
  const isUnknownName = failureMode === 'dns-failure';
  if (!isUnknownName && failureMode !== 'dependency-down') return [];
  const service = host ? serviceAt(host, namespace, cluster.services) : null;
  if (host && service && port) {
    const [store] = behind(service, cluster).filter((it) => storeKindOf(it) !== null);
    if (store && !hasPort(service, store, Number(port))) {
      const { name } = service.metadata;
      return [
        fromLog(sighting, `${host}:${port}, which Service ${name} does not serve`, SAID, situation),
      ];
    }
  }
  if (isUnknownName && host && !service && isLocalName(host, namespace)) {
    const meant = storeKindIn(host);
    return meant !== null && cluster.workloads.some((it) => storeKindOf(it) === meant)
      ? [fromLog(sighting, `${host}, and no Service is called so`, SAID, situation)]
      : [];
  }
  return kind ? alone(sighting, kind, situation) : [];
}

function hasPort({ spec }: Service, store: Workload, port: number): boolean {
  return spec.ports.some((it) => it.port === port) || listensOn(store, port);
}

/** A store of which no other client complains is not what keeps this one away. */
function alone(sighting: Sighting, kind: StoreKind, situation: Situation): Finding[] {
  const { workload, inTrouble } = sighting;
  const { cluster, dependencies, sightings } = situation;
  const store = storeOf(workload, kind, cluster, dependencies);
  if (!inTrouble || !store || isUnready(store) || isSame(store.ref, workload)) return [];
  const complain = sightings.some(
    (it) => it.signature.store === kind && !isSame(it.workload, workload),
  );
  if (complain || isInTrouble(store.ref, cluster, situation.window)) return [];
  return [
    fromLog(
      sighting,
      `an address where ${nameOf(store.ref)}, which is well, does not answer it`,
      ALONE,
      situation,
    ),
  ];
}

function fromLog(
  { workload, entries, since }: Sighting,
  where: string,
  score: number,
  { cluster, quotes }: Situation,
): Finding {
  return {
    failureMode: 'store-credentials',
    object: workload,
    severity: 'critical',
    statement: `${nameOf(workload)} looks for its store at ${where}.`,
    why: 'Its log has the failed connection, and the store itself runs and is ready.',
    citations: quotes.log(entries.at(-1) ?? entries[0]),
    score,
    explains: [],
    since: troubledSince(workload, cluster) ?? since,
  };
}
