import type { Service } from '../../../tools/kubernetes/objects/network.ts';
import { serviceAt as serviceNamed } from '../../addresses.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isInTrouble, isUnready, troubledSince } from '../../health.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import type { Sighting } from '../../sightings.ts';
import type { Situation } from '../../situation.ts';
import { type StoreKind, storeKindIn, storeKindOf, storeOf } from '../../stores.ts';

/** A client says that it was refused at an address that its store does not have. */
const SAID = 0.92;
/** Only this one client cannot reach a store that is well: nothing else fits. */
const ALONE = 0.72;

/** Clients that look for their store where it is not, as their logs tell: addresses often come from Secrets. */
export const storeAddress: Analyser = {
  looksFor: 'clients that look for their store at a wrong host or port',
  analyse: (situation) => situation.sightings.flatMap((sighting) => said(sighting, situation)),
};

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
  return (
    services.find(({ spec }) => spec.clusterIP === host) ??
    serviceNamed(host.toLowerCase(), namespace ?? '', services)
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
