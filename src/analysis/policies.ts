import { selects } from '../tools/kubernetes/label-selector.ts';
import type { NetworkPolicy, Peer } from '../tools/kubernetes/objects/network.ts';
import type { LabelSelector } from '../tools/kubernetes/objects/selector.ts';
import type { Cluster, Workload } from './cluster.ts';
import { podsOf } from './owners.ts';

/** Traffic that network policies do not let through: https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export interface Denial {
  direction: 'ingress' | 'egress';
  /** All that select the pods of that side; what none of them allows is denied. */
  policies: NetworkPolicy[];
}

type Rule = {
  peers: readonly Peer[];
  ports: NetworkPolicy['spec']['ingress'][number]['ports'];
};

/** Of what one workload sends to a port of another; null when it is let through, as far as can be known. */
export function denialOf(
  from: Workload,
  to: Workload,
  port: number,
  cluster: Cluster,
): Denial | null {
  const egress = selecting(from, 'Egress', cluster);
  if (
    egress.length > 0 &&
    !egress.some((it) =>
      it.spec.egress.some((rule) =>
        lets({ peers: rule.to, ports: rule.ports }, it, to, { port, to, cluster }),
      ),
    )
  ) {
    return { direction: 'egress', policies: egress };
  }
  const ingress = selecting(to, 'Ingress', cluster);
  if (
    ingress.length > 0 &&
    !ingress.some((it) =>
      it.spec.ingress.some((rule) =>
        lets({ peers: rule.from, ports: rule.ports }, it, from, { port, to, cluster }),
      ),
    )
  ) {
    return { direction: 'ingress', policies: ingress };
  }
  return null;
}

/** Those that keep a workload from the cluster's DNS, which is in another namespace. */
export function dnsDenialOf(workload: Workload, cluster: Cluster): NetworkPolicy[] {
  const policies = selecting(workload, 'Egress', cluster);
  const isAllowed = policies.some(({ spec }) =>
    spec.egress.some(
      ({ to, ports }) =>
        (ports.length === 0 || ports.some((it) => it.port === undefined || isPort(it, 53))) &&
        (to.length === 0 || to.some((peer) => peer.namespaceSelector || peer.ipBlock)),
    ),
  );
  return isAllowed ? [] : policies;
}

/** Those that let nobody in at all. */
export function closedTo(workload: Workload, cluster: Cluster): NetworkPolicy[] {
  const policies = selecting(workload, 'Ingress', cluster);
  return policies.every(({ spec }) => spec.ingress.length === 0) ? policies : [];
}

/** Those that let in nobody from outside of the namespace, such as an ingress controller. */
export function closedToOthers(workload: Workload, cluster: Cluster): NetworkPolicy[] {
  const policies = selecting(workload, 'Ingress', cluster);
  const isOpen = policies.some(({ spec }) =>
    spec.ingress.some(
      ({ from }) => from.length === 0 || from.some((it) => it.namespaceSelector || it.ipBlock),
    ),
  );
  return isOpen ? [] : policies;
}

function selecting(
  { ref, template }: Workload,
  type: 'Ingress' | 'Egress',
  { networkPolicies }: Cluster,
): NetworkPolicy[] {
  return networkPolicies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === ref.namespace &&
      selects(spec.podSelector, template.metadata.labels) &&
      typesOf(spec).includes(type),
  );
}

/** The API server fills them in; a manifest may not. */
function typesOf({ policyTypes, egress }: NetworkPolicy['spec']): readonly string[] {
  if (policyTypes.length > 0) return policyTypes;
  return egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

interface Flow {
  port: number;
  to: Workload;
  cluster: Cluster;
}

function lets({ peers, ports }: Rule, policy: NetworkPolicy, peer: Workload, flow: Flow): boolean {
  const declared = flow.to.template.spec.containers.flatMap((it) => it.ports);
  const through =
    ports.length === 0 ||
    ports.some(
      (it) =>
        it.protocol === 'TCP' &&
        (it.port === undefined ||
          isPort(it, flow.port) ||
          declared.some(
            ({ name, containerPort }) => name === it.port && containerPort === flow.port,
          )),
    );
  return (
    through && (peers.length === 0 || peers.some((it) => isPeer(it, policy, peer, flow.cluster)))
  );
}

function isPort({ port, endPort }: Rule['ports'][number], wanted: number): boolean {
  return typeof port === 'number' && wanted >= port && wanted <= (endPort ?? port);
}

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  { metadata }: NetworkPolicy,
  { ref, template }: Workload,
  cluster: Cluster,
): boolean {
  if (ipBlock) {
    const addresses = podsOf(ref, cluster).map(({ status }) => status.podIP);
    return (
      addresses.length === 0 ||
      addresses.some(
        (it) => holds(ipBlock.cidr, it) && !ipBlock.except.some((except) => holds(except, it)),
      )
    );
  }
  const inside = namespaceSelector
    ? mayBeNamespace(namespaceSelector, ref.namespace ?? '')
    : ref.namespace === metadata.namespace;
  return inside && (!podSelector || selects(podSelector, template.metadata.labels));
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Of a namespace's labels only the one that every namespace has is known; any other may be there. */
function mayBeNamespace(selector: LabelSelector, name: string): boolean {
  const named = {
    matchLabels: Object.fromEntries(
      Object.entries(selector.matchLabels).filter(([key]) => key === NAME_LABEL),
    ),
    matchExpressions: selector.matchExpressions.filter(({ key }) => key === NAME_LABEL),
  };
  return selects(named, { [NAME_LABEL]: name });
}

function holds(cidr: string, address: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/');
  const [one, other] = [numberOf(network), numberOf(address)];
  // Of IPv6 nothing is computed, and nothing is blamed.
  if (one === null || other === null) return true;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(one / size) === Math.floor(other / size);
}

function numberOf(address: string): number | null {
  const parts = address.split('.').map(Number);
  return parts.length === 4 && parts.every((it) => it >= 0 && it <= 255)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : null;
}
