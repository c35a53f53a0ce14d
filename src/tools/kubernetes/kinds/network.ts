import { selectorText } from '../label-selector.ts';
import {
  EndpointSlice,
  Ingress,
  type IngressBackend,
  NetworkPolicy,
  type Peer,
  Service,
  type ServicePort,
} from '../objects/network.ts';
import { joined, pairs } from '../wording.ts';
import { ageOf, kindView, troubles } from './kind-view.ts';

export const serviceView = kindView({
  schema: Service,
  columns: ['TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
  cells(service, window) {
    const { spec } = service;
    return [
      spec.type,
      spec.clusterIP || '<none>',
      externalAddress(service),
      spec.ports.map(formatPort).join(',') || '<none>',
      ageOf(service, window),
    ];
  },
  health: (service) =>
    troubles([externalAddress(service) === PENDING && 'its load balancer has no address yet']),
  facts: ({ spec }) => ({
    selector: pairs(spec.selector) || 'none: its endpoints are written by something else',
    ports: spec.ports
      .map((port) =>
        joined([port.name, `${formatPort(port)} to ${port.targetPort ?? port.port}`], ' '),
      )
      .join(', '),
    'not ready': spec.publishNotReadyAddresses ? 'published as well' : '',
  }),
});

const PENDING = '<pending>';

function externalAddress({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return spec.externalName;
  if (spec.type !== 'LoadBalancer') return '<none>';
  return addresses(status.loadBalancer.ingress) || PENDING;
}

function addresses(points: readonly { ip: string; hostname: string }[]): string {
  return points.map(({ ip, hostname }) => hostname || ip).join(',');
}

/** `80:30080/TCP`. */
function formatPort({ port, nodePort, protocol }: ServicePort): string {
  return `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`;
}

export const ingressView = kindView({
  schema: Ingress,
  columns: ['CLASS', 'HOSTS', 'ADDRESS', 'PORTS', 'AGE'],
  cells(ingress, window) {
    const { spec, status } = ingress;
    return [
      spec.ingressClassName ?? '<none>',
      [...new Set(spec.rules.map(({ host }) => host || '*'))].join(',') || '*',
      addresses(status.loadBalancer.ingress),
      spec.tls.length > 0 ? '80, 443' : '80',
      ageOf(ingress, window),
    ];
  },
  health: ({ status }) =>
    troubles([status.loadBalancer.ingress.length === 0 && 'no controller has given it an address']),
  facts: ({ spec }) => ({
    rules: spec.rules
      .flatMap(({ host, http }) =>
        (http?.paths ?? []).map(
          ({ path, backend }) => `${host || '*'}${path} to ${formatBackend(backend)}`,
        ),
      )
      .join(', '),
    default: spec.defaultBackend ? formatBackend(spec.defaultBackend) : '',
    tls: spec.tls
      .map(({ hosts, secretName }) => `${hosts.join(',') || '*'} by Secret ${secretName}`)
      .join(', '),
  }),
});

function formatBackend({ service, resource }: IngressBackend): string {
  if (service) return `Service ${service.name}:${service.port.number ?? service.port.name ?? ''}`;
  return resource ? `${resource.kind} ${resource.name}` : 'nothing';
}

export const endpointSliceView = kindView({
  schema: EndpointSlice,
  columns: ['ADDRESSTYPE', 'SERVICE', 'PORTS', 'READY', 'AGE'],
  cells(slice, window) {
    const endpoints = slice.endpoints ?? [];
    const ready = endpoints.filter(isReady);
    return [
      slice.addressType,
      slice.metadata.labels['kubernetes.io/service-name'] ?? '<none>',
      (slice.ports ?? []).map(({ port }) => String(port ?? '*')).join(',') || '<unset>',
      `${ready.length}/${endpoints.length}`,
      ageOf(slice, window),
    ];
  },
  health({ endpoints }) {
    const ready = (endpoints ?? []).filter(isReady);
    return troubles([
      ready.length === 0 && 'no endpoint is ready',
      ready.length > 0 && ready.length < (endpoints?.length ?? 0) && notReady(endpoints),
    ]);
  },
  facts: ({ endpoints }) => ({
    endpoints: (endpoints ?? [])
      .map((endpoint) => `${endpointName(endpoint)}${isReady(endpoint) ? '' : ' (not ready)'}`)
      .join(', '),
  }),
});

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];

function isReady({ conditions }: Endpoint): boolean {
  return conditions.ready !== false;
}

function notReady(endpoints: EndpointSlice['endpoints']): string {
  const names = (endpoints ?? []).filter((it) => !isReady(it)).map(endpointName);
  return `not ready: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

function endpointName({ targetRef, addresses }: Endpoint): string {
  return targetRef?.name || addresses.join(',');
}

export const networkPolicyView = kindView({
  schema: NetworkPolicy,
  columns: ['POD-SELECTOR', 'TYPES', 'AGE'],
  cells: (policy, window) => [
    selectorText(policy.spec.podSelector) || '<all pods>',
    policy.spec.policyTypes.join(','),
    ageOf(policy, window),
  ],
  facts: ({ spec }) => ({
    ingress: limitOf(
      spec,
      'Ingress',
      spec.ingress.map(({ from, ports }) => ({ peers: from, ports })),
    ),
    egress: limitOf(
      spec,
      'Egress',
      spec.egress.map(({ to, ports }) => ({ peers: to, ports })),
    ),
  }),
});

interface Rule {
  peers: readonly Peer[];
  ports: NetworkPolicy['spec']['ingress'][number]['ports'];
}

function limitOf(
  { policyTypes }: NetworkPolicy['spec'],
  type: 'Ingress' | 'Egress',
  rules: readonly Rule[],
): string {
  if (!policyTypes.includes(type)) return 'not limited';
  if (rules.length === 0) return 'nothing is let through';
  const word = type === 'Ingress' ? 'from' : 'to';
  return `only ${rules.map((rule) => ruleText(rule, word)).join('; ')}`;
}

function ruleText({ peers, ports }: Rule, word: string): string {
  const who = peers.map(peerText).join(' or ') || 'anywhere';
  const where = ports.map(({ port, endPort, protocol }) =>
    joined([`${port ?? 'any'}${endPort ? `-${endPort}` : ''}`, protocol], '/'),
  );
  return `${word} ${who}${where.length === 0 ? '' : ` on ${where.join(', ')}`}`;
}

function peerText({ podSelector, namespaceSelector, ipBlock }: Peer): string {
  if (ipBlock) {
    const except = ipBlock.except.length === 0 ? '' : ` but ${ipBlock.except.join(', ')}`;
    return `${ipBlock.cidr}${except}`;
  }
  const pods = podSelector ? `pods ${selectorText(podSelector) || 'of any label'}` : 'any pod';
  if (!namespaceSelector) return pods;
  return `${pods} of namespaces ${selectorText(namespaceSelector) || 'of any label'}`;
}
