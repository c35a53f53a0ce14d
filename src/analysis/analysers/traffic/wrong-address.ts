import { closestNames } from '../../../tools/closest-names.ts';
import type { Service } from '../../../tools/kubernetes/objects/network.ts';
import { clusterNameOf, serviceAt } from '../../addresses.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { type GivenAddress, givenAddresses } from '../../given-addresses.ts';
import { listeningOf, listensOn } from '../../listening.ts';
import { isSame, nameOf, refOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import { stemOf } from '../../service-match.ts';
import type { Situation } from '../../situation.ts';
import { isStore } from '../../store-names.ts';
import { routes } from './routes.ts';

/** A workload whose environment or arguments send it to a name, a port or a Service that is not what it wants. */
export const wrongAddress: Analyser = {
  looksFor: 'addresses in environments and arguments that no Service has',
  analyse(situation) {
    if (situation.cluster.unread.has('services')) return [];
    const given = givenAddresses(situation.cluster);
    return given.flatMap((address) => {
      const service = serviceAt(address.host, ownOf(address), situation.cluster.services);
      if (service === null) return noSuchName(address, situation);
      const found = wrongPort(address, service, given, situation);
      return found.length > 0 ? found : wrongService(address, service, given, situation);
    });
  },
};

function ownOf({ workload }: GivenAddress): string {
  return workload.ref.namespace ?? '';
}

function noSuchName(address: GivenAddress, situation: Situation): Finding[] {
  const { cluster } = situation;
  const known = new Set(cluster.snapshots.keys());
  const asked = clusterNameOf(address.host, ownOf(address), known);
  if (asked === null || isOwnName(address, situation)) return [];
  const services = cluster.services.filter((it) => it.metadata.namespace === ownOf(address));
  const near = closestNames(
    asked.name,
    services.map((it) => it.metadata.name),
  )[0];
  const failures = failuresOf(address, situation);
  const elsewhere = !known.has(asked.namespace);
  // A bare word may be anything, and a namespace that was not read may hold what is asked for.
  const bare =
    address.port === null && !address.value.includes('://') && !address.host.includes('.');
  const unclear = bare || (elsewhere && near !== asked.name);
  if (unclear && near === undefined && failures.length === 0) return [];
  const runs = cluster.workloads.some(
    ({ ref }) => ref.name === asked.name && ref.namespace === asked.namespace,
  );
  // What it asks for runs, and only its Service is missing: the address is right.
  const score = runs
    ? 0.55
    : near !== undefined
      ? unclear
        ? 0.75
        : 0.93
      : bare || elsewhere
        ? 0.5
        : 0.75;
  const where = elsewhere ? `in namespace ${asked.namespace}` : 'by that name';
  return [
    findingOf(address, situation, {
      says: `but there is no Service ${where}${near ? `; there is ${near}${elsewhere ? ` in ${ownOf(address)}` : ''}` : ''}`,
      why: 'No Service has the name that the workload was given.',
      service: services.find((it) => it.metadata.name === near) ?? null,
      score: runs ? score : Math.min(0.96, score + (failures.length > 0 ? 0.15 : 0)),
    }),
  ];
}

/** Its own name, a sibling's in its pod, or one that its pod's hosts file has. */
function isOwnName({ host, workload }: GivenAddress, { cluster }: Situation): boolean {
  const { hostAliases, containers } = workload.template.spec;
  return (
    host === workload.ref.name ||
    containers.some(({ name }) => name === host) ||
    hostAliases.some(({ hostnames }) => hostnames.includes(host)) ||
    cluster.nodes.some(({ metadata }) => metadata.name === host)
  );
}

function wrongPort(
  address: GivenAddress,
  service: Service,
  all: readonly GivenAddress[],
  situation: Situation,
): Finding[] {
  const { port } = address;
  const { ports, clusterIP, type } = service.spec;
  if (port === null || type === 'ExternalName' || ports.length === 0) return [];
  if (ports.some((it) => it.port === port)) return [];
  const listening = behind(service, situation.cluster).map(listeningOf);
  const listens = listensOn(listening, port);
  // Names of a headless Service are the pods themselves.
  if (
    clusterIP === 'None' &&
    (listens || listening.every(({ declared }) => declared.length === 0))
  ) {
    return [];
  }
  const others = all.filter(
    (it) =>
      it.workload !== address.workload &&
      it.port !== null &&
      serviceAt(it.host, ownOf(it), situation.cluster.services) === service,
  );
  const alike = others.filter((it) => it.port === port).length;
  const right = others.filter((it) => ports.some((known) => known.port === it.port)).length;
  // All callers agree: then it is the Service that has changed.
  const byService = right === 0 && (alike > 0 || listens);
  const known = ports.map((it) => it.port).join(', ');
  const detail = {
    says: `but the Service has port ${known}`,
    why: byService
      ? 'Nothing that calls the Service uses the port that it has, and its containers listen on the one that they use.'
      : 'The Service that it names has no such port.',
    service,
    score: right > 0 || !listens ? 0.94 : 0.9,
  };
  return [
    byService
      ? servicesOwn(address, service, situation, detail)
      : findingOf(address, situation, detail),
  ];
}

function servicesOwn(
  address: GivenAddress,
  service: Service,
  { quotes }: Situation,
  { says, why, score }: Detail,
): Finding {
  const ref = refOf('Service', service.metadata);
  return {
    failureMode: 'service-selector-mismatch',
    object: ref,
    severity: 'critical',
    statement: `${nameOf(address.workload.ref)} calls port ${address.port} of Service ${service.metadata.name}, ${says}.`,
    why,
    citations: [...quotes.object(ref, /^\s+ports /), ...cite(address, quotes)],
    score,
    explains: [address.workload.ref],
    since: null,
  };
}

/** The variable is named after one Service and has the address of another. */
function wrongService(
  address: GivenAddress,
  service: Service,
  all: readonly GivenAddress[],
  situation: Situation,
): Finding[] {
  const { variable } = address;
  if (variable === null) return [];
  const services = situation.cluster.services.filter(
    (it) => it.metadata.namespace === service.metadata.namespace,
  );
  const meant = services.find((it) => isNamedAfter(variable, it));
  if (!meant || meant === service || isNamedAfter(variable, service)) return [];
  // What several workloads have alike was meant so.
  const agreed = all.some(
    (it) =>
      it.variable === variable && it.workload !== address.workload && it.host === address.host,
  );
  if (agreed) return [];
  const contradicted = all.some(
    (it) =>
      it.variable === variable &&
      it.workload !== address.workload &&
      serviceAt(it.host, ownOf(it), situation.cluster.services) === meant,
  );
  return [
    findingOf(address, situation, {
      says: `but that variable is named after Service ${meant.metadata.name}`,
      why: contradicted
        ? 'Other workloads have another address in the same variable.'
        : 'The name of the variable and the address in it are of two different Services.',
      service: meant,
      score: contradicted ? 0.9 : 0.8,
    }),
  ];
}

const ABOUT = /_(?:SERVICE)?_?(?:ADDR|ADDRESS|HOST|HOSTNAME|URL|URI|ENDPOINT|SERVER|BASE_URL)$/i;

/** `PRODUCT_CATALOG_SERVICE_ADDR` is of `productcatalogservice`. */
function isNamedAfter(variable: string, { metadata }: Service): boolean {
  const about = variable.replace(ABOUT, '');
  if (about === variable) return false;
  const plain = (name: string) =>
    stemOf(name.toLowerCase().replaceAll('_', '-')).replaceAll('-', '');
  return plain(about) !== '' && plain(about) === plain(metadata.name);
}

interface Detail {
  says: string;
  why: string;
  /** The one that it should have reached. */
  service: Service | null;
  score: number;
}

function findingOf(address: GivenAddress, situation: Situation, detail: Detail): Finding {
  const { workload, variable, host, port } = address;
  const { quotes, cluster } = situation;
  const { service } = detail;
  const failures = failuresOf(address, situation);
  const name = nameOf(workload.ref);
  return {
    failureMode: modeOf(address, service, cluster),
    object: workload.ref,
    severity: 'critical',
    statement: `${name} is told to call ${host}${port === null ? '' : `:${port}`}${variable === null ? '' : ` by ${variable}`}, ${detail.says}.`,
    why: detail.why,
    citations: [
      ...cite(address, quotes),
      ...(service ? quotes.object(refOf('Service', service.metadata), /^Service |^\s+ports /) : []),
      ...failures.slice(0, 1).flatMap(({ entry }) => quotes.log(entry)),
    ],
    score: detail.score,
    explains: [],
    since: failures[0]?.entry.at ?? null,
  };
}

function modeOf(
  { workload, host, port }: GivenAddress,
  service: Service | null,
  cluster: Situation['cluster'],
): Finding['failureMode'] {
  const images = service
    ? behind(service, cluster).flatMap((it) =>
        it.template.spec.containers.map(({ image }) => image),
      )
    : [];
  if (isStore({ names: [host, service?.metadata.name ?? ''], images, port }))
    return 'store-credentials';
  return routes(workload.ref.name) ? 'ingress-misroute' : 'bad-configuration';
}

function cite({ workload, variable, value }: GivenAddress, quotes: Situation['quotes']) {
  const text = variable === null ? value : `${variable}=${value}`;
  const words = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = quotes.object(workload.ref, words);
  return found.length > 0 ? found : quotes.object(workload.ref, /^\s+(?:env|command) /).slice(0, 1);
}

function failuresOf({ workload, host }: GivenAddress, { callFailures }: Situation) {
  return callFailures.filter(
    (it) => isSame(it.caller, workload.ref) && it.host?.split('.')[0] === host.split('.')[0],
  );
}
