import type { Service } from '../../../tools/kubernetes/objects/network.ts';
import { pairs } from '../../../tools/kubernetes/wording.ts';
import { addressesGivenOf } from '../../callers.ts';
import type { Cluster, Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import { meantBy, portsOf, servedBy, slicesOf } from '../../service-match.ts';
import type { Situation } from '../../situation.ts';

/** A Service whose selector matches no pod, or the pods of something else. */
export const serviceSelector: Analyser = {
  looksFor: 'Services whose selector matches no pod, or the wrong ones',
  analyse: (situation) =>
    situation.cluster.services.flatMap((service) =>
      isSelecting(service) ? faultOf(service, situation) : [],
    ),
};

function isSelecting({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && Object.keys(spec.selector).length > 0;
}

function faultOf(service: Service, situation: Situation): Finding[] {
  const { cluster } = situation;
  const selected = behind(service, cluster);
  if (selected.length === 0) {
    return selectsPods(service, cluster) || isUnknown(cluster) ? [] : [nothing(service, situation)];
  }
  const meant = cluster.workloads.find(
    ({ ref }) => ref.name === service.metadata.name && ref.namespace === service.metadata.namespace,
  );
  if (!meant || servedBy(meant, service, cluster) !== null) return [];
  if (!selected.some(({ ref }) => ref === meant.ref))
    return other(service, meant, selected, situation);
  return tooMany(service, meant, selected, situation);
}

/** Pods of kinds that are not read, such as an operator's, are there all the same. */
function selectsPods(service: Service, cluster: Cluster): boolean {
  const wanted = Object.entries(service.spec.selector);
  return (
    cluster.pods.some(
      ({ metadata }) =>
        metadata.namespace === service.metadata.namespace &&
        wanted.every(([key, value]) => metadata.labels[key] === value),
    ) || slicesOf(service, cluster).some(({ endpoints }) => (endpoints ?? []).length > 0)
  );
}

/** By a pod template, or as a caller's log says. */
function isCalled(ref: ObjectRef, { cluster, callFailures }: Situation): boolean {
  return (
    addressesGivenOf(ref, cluster).length > 0 ||
    callFailures.some(({ service }) => service !== null && isSame(service, ref))
  );
}

function isUnknown({ unread }: Cluster): boolean {
  return ['pods', 'deployments', 'statefulsets', 'daemonsets'].some((kind) => unread.has(kind));
}

function nothing(service: Service, situation: Situation): Finding {
  const { cluster, quotes } = situation;
  const ref = refOf('Service', service.metadata);
  const meant = meantBy(service, cluster);
  // One of several Services of a workload may be for a variant that comes and goes, such as a canary: nobody is sent there.
  const served =
    meant !== null &&
    !isCalled(ref, situation) &&
    meant.ref.name !== service.metadata.name &&
    servedBy(meant, service, cluster) !== null;
  const selector = pairs(service.spec.selector);
  const labels = meant ? pairs(meant.template.metadata.labels) : '';
  return {
    failureMode: 'service-selector-mismatch',
    object: ref,
    severity: served ? 'info' : 'critical',
    statement:
      `Service ${service.metadata.name} selects ${selector}, which no pod has` +
      `${meant ? `; those of ${nameOf(meant.ref)} have ${labels}` : ''}.`,
    why: 'The selector matches the labels of no pod and of no pod template in its namespace, so nothing is behind the Service.',
    citations: [
      ...quotes.object(ref, /^\s+selector /),
      ...(meant ? quotes.object(meant.ref, /^\s+pod labels /) : []),
      ...slicesOf(service, cluster).flatMap((slice) =>
        quotes.object(refOf('EndpointSlice', slice.metadata), /READY |no endpoint/),
      ),
    ].slice(0, 4),
    score: served ? 0.4 : meant === null ? 0.7 : meant.ready > 0 ? 0.95 : 0.85,
    explains: meant && !served ? [meant.ref] : [],
    since: null,
  };
}

/** It has the name of one workload and the pods of another. */
function other(
  service: Service,
  meant: Workload,
  selected: readonly Workload[],
  { quotes }: Situation,
): Finding[] {
  // `web` in front of `web-blue` is a choice, not a mistake.
  if (selected.some(({ ref }) => ref.name.startsWith(`${service.metadata.name}-`))) return [];
  const fits = serves(meant, service) && !selected.some((it) => serves(it, service));
  const ref = refOf('Service', service.metadata);
  return [
    {
      failureMode: 'service-selector-mismatch',
      object: ref,
      severity: 'critical',
      statement: `Service ${service.metadata.name} selects the pods of ${selected.map((it) => nameOf(it.ref)).join(', ')}, not those of ${nameOf(meant.ref)}, whose name it has.`,
      why: fits
        ? 'Only the workload with its name declares the port that the Service sends to, and no other Service selects it.'
        : 'No other Service selects the workload with its name.',
      citations: [
        ...quotes.object(ref, /^\s+selector /),
        ...quotes.object(meant.ref, /^\s+pod labels /),
      ],
      score: fits ? 0.92 : 0.72,
      explains: [meant.ref],
      since: null,
    },
  ];
}

/** Besides its own pods it has those of others, that do not listen where it sends to. */
function tooMany(
  service: Service,
  meant: Workload,
  selected: readonly Workload[],
  { quotes }: Situation,
): Finding[] {
  const strangers = selected.filter(
    (it) =>
      it.ref.name !== meant.ref.name &&
      it.ref.kind !== 'Job' &&
      portsOf(it.template.spec.containers).length > 0 &&
      !serves(it, service),
  );
  if (strangers.length === 0 || !serves(meant, service)) return [];
  const ref = refOf('Service', service.metadata);
  const names = strangers.map((it) => nameOf(it.ref)).slice(0, 5);
  return [
    {
      failureMode: 'service-selector-mismatch',
      object: ref,
      severity: 'critical',
      statement: `Service ${service.metadata.name} also selects the pods of ${names.join(', ')}, which do not listen on its port.`,
      why: 'The selector matches the labels of several workloads, and only some of them declare the port.',
      citations: [
        ...quotes.object(ref, /^\s+selector /),
        ...strangers.slice(0, 2).flatMap((it) => quotes.object(it.ref, /^\s+pod labels /)),
      ],
      score: 0.88,
      explains: [meant.ref],
      since: null,
    },
  ];
}

function serves({ template }: Workload, { spec }: Service): boolean {
  const declared = portsOf([...template.spec.initContainers, ...template.spec.containers]);
  return spec.ports.some(({ port, targetPort = port }) =>
    declared.some(({ containerPort, name }) => containerPort === targetPort || name === targetPort),
  );
}
