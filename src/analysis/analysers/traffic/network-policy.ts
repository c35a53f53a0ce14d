import type { NetworkPolicy } from '../../../tools/kubernetes/objects/network.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { keyOf, nameOf, refOf } from '../../object-ref.ts';
import { behind, workloadOf } from '../../owners.ts';
import { closedTo, closedToOthers, denialOf, dnsDenialOf } from '../../policies.ts';
import type { Situation } from '../../situation.ts';

/** A network policy that does not let through what workloads need. */
export const networkPolicy: Analyser = {
  looksFor: 'network policies that cut off callers, or a caller from DNS',
  analyse(situation) {
    const cuts = [...betweenWorkloads(situation), ...fromDns(situation), ...fromOutside(situation)];
    const byPolicy = Map.groupBy(cuts, ({ policy }) =>
      keyOf(refOf('NetworkPolicy', policy.metadata)),
    );
    return [...byPolicy.values()].flatMap((group) => findingOf(group, situation));
  },
};

/** One connection that a policy is in the way of. */
interface Cut {
  policy: NetworkPolicy;
  direction: 'ingress' | 'egress';
  says: string;
  from: Workload | null;
  to: Workload | null;
  score: number;
}

function betweenWorkloads(situation: Situation): Cut[] {
  const { cluster } = situation;
  return cluster.workloads.flatMap((from) =>
    calledBy(from, situation).flatMap(({ to, port }): Cut[] => {
      const denial = denialOf(from, to, port, cluster);
      const policy = denial && newest(denial.policies);
      if (!denial || !policy) return [];
      const says = `${nameOf(from.ref)} to ${nameOf(to.ref)} on port ${port}`;
      return [{ policy, direction: denial.direction, says, from, to, score: 0.84 }];
    }),
  );
}

/** The pods' own ports, which is what policies speak of. */
function calledBy(from: Workload, { cluster, dependencies }: Situation) {
  return dependencies
    .needs(from.ref)
    .flatMap(({ kind, namespace, name }) =>
      kind === 'Service'
        ? cluster.services.filter(
            ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
          )
        : [],
    )
    .flatMap((service) =>
      behind(service, cluster).flatMap((to) =>
        service.spec.ports.slice(0, 1).flatMap(({ port, targetPort = port }) => {
          const declared = to.template.spec.containers.flatMap((it) => it.ports);
          const number =
            declared.find(({ name }) => name === targetPort)?.containerPort ?? targetPort;
          return typeof number === 'number' ? [{ to, port: number }] : [];
        }),
      ),
    );
}

function fromDns({ cluster, targets, callFailures }: Situation): Cut[] {
  return cluster.workloads.flatMap((from) => {
    const policy = newest(dnsDenialOf(from, cluster));
    if (!policy) return [];
    const fails = callFailures.some(
      ({ fault, caller }) => fault === 'unresolved' && keyOf(caller) === keyOf(from.ref),
    );
    const named = targets.some((target) => keyOf(target) === keyOf(from.ref));
    const says = `${nameOf(from.ref)} to the cluster's DNS`;
    return [
      {
        policy,
        direction: 'egress',
        says,
        from,
        to: null,
        score: fails ? 0.92 : named ? 0.84 : 0.78,
      },
    ];
  });
}

/** Where an Ingress or a load balancer leads, or what nobody is let into. */
function fromOutside({ cluster }: Situation): Cut[] {
  const published = new Set(
    cluster.ingresses.flatMap(({ metadata, spec }) =>
      spec.rules
        .flatMap(({ http }) => http?.paths ?? [])
        .map(({ backend }) => `${metadata.namespace}/${backend.service?.name ?? ''}`),
    ),
  );
  return cluster.services.flatMap((service) =>
    behind(service, cluster).flatMap((to): Cut[] => {
      const { metadata, spec } = service;
      const isPublic =
        published.has(`${metadata.namespace}/${metadata.name}`) || spec.type === 'LoadBalancer';
      const closed = newest(closedTo(to, cluster));
      if (closed) {
        return [
          {
            policy: closed,
            direction: 'ingress',
            says: `everybody to ${nameOf(to.ref)}`,
            from: null,
            to,
            score: 0.8,
          },
        ];
      }
      const policy = isPublic ? newest(closedToOthers(to, cluster)) : undefined;
      return policy
        ? [
            {
              policy,
              direction: 'ingress',
              says: `what comes from outside to ${nameOf(to.ref)}`,
              from: null,
              to,
              score: 0.72,
            },
          ]
        : [];
    }),
  );
}

/** What is allowed adds up, so that none is to blame alone: the newest is what changed. */
function newest(policies: readonly NetworkPolicy[]): NetworkPolicy | undefined {
  return policies.toSorted(
    (a, b) =>
      Date.parse(b.metadata.creationTimestamp ?? '') -
      Date.parse(a.metadata.creationTimestamp ?? ''),
  )[0];
}

const MAX_SAID = 3;

function findingOf(cuts: readonly Cut[], situation: Situation): Finding[] {
  const [strongest] = cuts.toSorted((a, b) => b.score - a.score);
  if (strongest === undefined) return [];
  const { policy } = strongest;
  const { quotes, window } = situation;
  const ref = refOf('NetworkPolicy', policy.metadata);
  const ends = cuts.flatMap(({ from, to }) => [from, to].flatMap((it) => (it ? [it.ref] : [])));
  const affected = [...new Map(ends.map((it) => [keyOf(it), it])).values()];
  const failures = failuresOf(cuts, situation);
  const { creationTimestamp } = policy.metadata;
  const isNew = Date.parse(creationTimestamp ?? '') >= Date.parse(window.from);
  const said = cuts.slice(0, MAX_SAID).map(({ says }) => says);
  const left = cuts.length - said.length;
  return [
    {
      failureMode: 'network-policy-denied',
      object: ref,
      severity: 'critical',
      statement: `NetworkPolicy ${ref.name} cuts off ${said.join('; ')}${left > 0 ? ` and ${left} more` : ''}.`,
      why:
        failures.length > 0
          ? 'No rule of the policies that select these pods allows the traffic, and the callers say that they get no answer.'
          : 'No rule of the policies that select these pods allows the traffic.',
      citations: [
        ...quotes.object(ref),
        ...quotes.object(ref, new RegExp(`^\\s+${strongest.direction} `)),
        ...failures.slice(0, 1).flatMap(({ entry }) => quotes.log(entry)),
      ],
      score: Math.min(
        0.97,
        strongest.score + (isNew ? 0.08 : 0) + (failures.length > 0 ? 0.08 : 0),
      ),
      explains: affected.filter((it) => workloadOf(it, situation.cluster) !== null),
      since: (isNew ? creationTimestamp : failures[0]?.entry.at) ?? null,
    },
  ];
}

/** A dropped packet is not answered: a refusal would be something else. */
function failuresOf(cuts: readonly Cut[], { callFailures }: Situation) {
  const callers = new Set(cuts.flatMap(({ from }) => (from ? [keyOf(from.ref)] : [])));
  return callFailures.filter(
    ({ caller, fault }) => callers.has(keyOf(caller)) && fault !== 'refused' && fault !== 'reset',
  );
}
