import type { Service } from '../../../tools/kubernetes/objects/network.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { nameOf, refOf } from '../../object-ref.ts';
import { behind, podsOf, unreadySince } from '../../owners.ts';
import { slicesOf } from '../../service-match.ts';
import type { Situation } from '../../situation.ts';

/** A Service whose pods are all unready. Why they are is the cause; this is how their callers see it. */
export const noReadyEndpoints: Analyser = {
  looksFor: 'Services without a ready endpoint',
  analyse: (situation) =>
    situation.cluster.services.flatMap((service) => withoutEndpoints(service, situation)),
};

function withoutEndpoints(service: Service, { cluster, quotes }: Situation): Finding[] {
  const workloads = behind(service, cluster).filter(({ ref }) => ref.kind !== 'Job');
  if (workloads.length === 0 || workloads.some(({ ready }) => ready > 0)) return [];
  const endpoints = slicesOf(service, cluster).flatMap((slice) => slice.endpoints ?? []);
  if (endpoints.some(({ conditions }) => conditions.ready !== false)) return [];
  const ref = refOf('Service', service.metadata);
  const pods = workloads.flatMap((it) => podsOf(it.ref, cluster));
  const since = pods
    .flatMap((pod) => unreadySince(pod) ?? [])
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  const names = workloads.map((it) => nameOf(it.ref)).join(', ');
  return [
    {
      failureMode: 'no-ready-endpoints',
      object: ref,
      severity: 'critical',
      statement: `Service ${service.metadata.name} has no ready endpoint: ${pods.length === 0 ? `${names} has no pods` : `none of the ${pods.length} pods of ${names} is ready`}.`,
      why: 'No pod behind the Service is ready, so its callers are refused.',
      citations: [
        ...slicesOf(service, cluster).flatMap((slice) =>
          quotes.object(refOf('EndpointSlice', slice.metadata), /READY |no endpoint/),
        ),
        ...workloads.flatMap((it) => quotes.object(it.ref).slice(0, 1)),
      ].slice(0, 3),
      score: 0.55,
      explains: [],
      since: since[0] ?? null,
    },
  ];
}
