import { closestNames } from '../../../tools/closest-names.ts';
import type {
  Ingress,
  IngressBackend,
  Service,
} from '../../../tools/kubernetes/objects/network.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { refOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import { stemOf } from '../../service-match.ts';
import type { Situation } from '../../situation.ts';

/** An Ingress that sends requests nowhere, or to what was not meant. */
export const ingress: Analyser = {
  looksFor: 'Ingresses with a backend, port, path or class that leads nowhere',
  analyse: (situation) =>
    situation.cluster.ingresses.flatMap((it) => [
      ...routesOf(it).flatMap((route) => misrouted(it, route, situation)),
      ...unserved(it, situation),
    ]),
};

interface Route {
  host: string;
  path: string;
  backend: IngressBackend;
}

function routesOf({ spec }: Ingress): Route[] {
  const { rules, defaultBackend } = spec;
  const routes = rules.flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path, backend }) => ({ host, path, backend })),
  );
  return defaultBackend ? [...routes, { host: '', path: '', backend: defaultBackend }] : routes;
}

function misrouted(it: Ingress, route: Route, situation: Situation): Finding[] {
  const { cluster } = situation;
  const wanted = route.backend.service;
  if (!wanted || cluster.unread.has('services')) return [];
  const services = cluster.services.filter(
    ({ metadata }) => metadata.namespace === it.metadata.namespace,
  );
  const service = services.find(({ metadata }) => metadata.name === wanted.name);
  if (service === undefined) {
    const near = closestNames(
      wanted.name,
      services.map(({ metadata }) => metadata.name),
    )[0];
    return [
      findingOf(it, route, situation, {
        says: `Service ${wanted.name}, which does not exist${near ? `; there is ${near}` : ''}`,
        score: 0.94,
        service: services.find(({ metadata }) => metadata.name === near) ?? null,
      }),
    ];
  }
  const { number, name } = wanted.port;
  const ports = service.spec.ports;
  const known = ports.some(
    (port) => port.port === number || (name !== undefined && port.name === name),
  );
  if (!known && (number !== undefined || name !== undefined) && ports.length > 0) {
    const says = `port ${number ?? name} of Service ${wanted.name}, which has ${ports.map(({ port }) => port).join(', ')}`;
    return [findingOf(it, route, situation, { says, score: 0.94, service })];
  }
  const named = wrongService(it, route, service, services, situation);
  return named.length > 0 ? named : otherProtocol(it, route, service, services, situation);
}

const GRPC = /^(?:grpc|h2c)(?:-|$)/;
const WEB = /^(?:https?|web)(?:\d|-|$)/;

/** Browsers' requests to a port of gRPC, of which nothing tells the controller, though another Service is for the web. */
function otherProtocol(
  it: Ingress,
  route: Route,
  service: Service,
  services: readonly Service[],
  situation: Situation,
): Finding[] {
  const { number, name: portName } = route.backend.service?.port ?? {};
  const port = service.spec.ports.find(
    (one) => one.port === number || (portName !== undefined && one.name === portName),
  );
  const told = [it, service].some(({ metadata }) =>
    /grpc|h2c/i.test(Object.entries(metadata.annotations).flat().join(' ')),
  );
  // A path of its own is that of a gRPC service; the root is that of a site.
  if (!port || !GRPC.test(port.name) || told || !/^\/?$/.test(route.path)) return [];
  const web = services.find(({ spec }) => spec.ports.some(({ name }) => WEB.test(name)));
  if (web === undefined || web === service) return [];
  const says = `port ${port.port} of Service ${service.metadata.name}, which speaks gRPC; Service ${web.metadata.name} is for the web`;
  return [findingOf(it, route, situation, { says, score: 0.75, service: web })];
}

/** The path has the name of another Service: `/cart` to `ads`. */
function wrongService(
  it: Ingress,
  route: Route,
  service: Service,
  services: readonly Service[],
  situation: Situation,
): Finding[] {
  const words = route.path.split(/[^a-z0-9-]+/i).filter((word) => word.length > 2);
  const first = route.host.split('.')[0] ?? '';
  const named = (words.length > 0 ? words : [first]).map(stemOf);
  const meant = services.find(({ metadata }) => named.includes(stemOf(metadata.name)));
  if (!meant || meant === service || named.includes(stemOf(service.metadata.name))) return [];
  // A gateway of the application takes every path there is.
  const others = routesOf(it).filter(
    ({ backend }) => backend.service?.name === service.metadata.name,
  );
  if (others.length > 1) return [];
  const says = `Service ${service.metadata.name}, though its path or host has the name of Service ${meant.metadata.name}`;
  return [findingOf(it, route, situation, { says, score: 0.72, service: meant })];
}

function findingOf(
  it: Ingress,
  { host, path }: Route,
  { quotes, cluster }: Situation,
  { says, score, service }: { says: string; score: number; service: Service | null },
): Finding {
  const ref = refOf('Ingress', it.metadata);
  return {
    failureMode: 'ingress-misroute',
    object: ref,
    severity: 'critical',
    statement: `Ingress ${ref.name} sends ${host || '*'}${path} to ${says}.`,
    why: 'The backend of the Ingress and the Services of its namespace disagree.',
    citations: [
      ...quotes.object(ref, /^\s+(?:rules|default) /),
      ...(service ? quotes.object(refOf('Service', service.metadata)) : []),
    ],
    score,
    explains: service
      ? [refOf('Service', service.metadata), ...behind(service, cluster).map((one) => one.ref)]
      : [],
    since: null,
  };
}

/** No controller takes it: it names no class, or one that no other Ingress has, and has no address. */
function unserved(it: Ingress, { cluster, quotes }: Situation): Finding[] {
  const { spec, status, metadata } = it;
  if (status.loadBalancer.ingress.length > 0) return [];
  const served = cluster.ingresses.filter((other) => other.status.loadBalancer.ingress.length > 0);
  // Some controllers never write an address; where they do, the one without stands out.
  const classes = new Set(served.map((other) => other.spec.ingressClassName ?? ''));
  const other = spec.ingressClassName ?? '';
  const standsOut = served.length > 0 && !classes.has(other);
  if (!standsOut && spec.ingressClassName) return [];
  const ref = refOf('Ingress', metadata);
  const backends = routesOf(it).flatMap(({ backend }) => backend.service?.name ?? []);
  const services = cluster.services.filter(
    (one) => one.metadata.namespace === metadata.namespace && backends.includes(one.metadata.name),
  );
  return [
    {
      failureMode: 'ingress-misroute',
      object: ref,
      severity: 'critical',
      statement: `Ingress ${ref.name} has ${other === '' ? 'no class' : `class ${other}`} and no address: no controller serves it.`,
      why: standsOut
        ? `Ingresses of class ${[...classes].join(', ')} have an address, this one has none.`
        : 'Without a class only a controller that is the default takes it, and none has given it an address.',
      citations: quotes.object(ref, /^Ingress |no controller/),
      score: standsOut ? 0.85 : 0.55,
      explains: services.flatMap((one) =>
        behind(one, cluster).map(({ ref: workload }) => workload),
      ),
      since: null,
    },
  ];
}
