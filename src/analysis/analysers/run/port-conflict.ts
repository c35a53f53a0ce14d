import type { Container } from '../../../tools/kubernetes/objects/pod.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isInTrouble, troubledSince } from '../../health.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import { toldPorts } from '../../probes.ts';
import type { Situation } from '../../situation.ts';
import { findingsOf } from '../said.ts';

/** Two containers of a pod declare one port, and the pod is not well. */
const DECLARED_TWICE = 0.88;
/** It is well: one of the two may not listen there after all, or answers in place of the other. */
const DECLARED_TWICE_BUT_WELL = 0.6;

/** Containers of one pod, which share one network, that want the same port. */
export const portConflict: Analyser = {
  looksFor: 'containers of one pod that want the same port',
  analyse: (situation) => [
    ...situation.cluster.workloads.flatMap((workload) => declaredTwice(workload, situation)),
    ...findingsOf(
      situation.sightings.filter(({ signature }) => signature.failureMode === 'port-conflict'),
      situation,
    ),
  ],
};

function declaredTwice(workload: Workload, situation: Situation): Finding[] {
  const { cluster, quotes, window, targets } = situation;
  const { containers, initContainers } = workload.template.spec;
  const together = [...containers, ...initContainers.filter((it) => it.restartPolicy === 'Always')];
  const isUnwell = isInTrouble(workload.ref, cluster, window);
  const wanted = together.flatMap((container) => portsWantedBy(container, isUnwell));
  const twice = [...Map.groupBy(wanted, ({ port }) => port)].find(
    ([, group]) => new Set(group.map(({ name }) => name)).size > 1,
  );
  if (twice === undefined) return [];
  const [port, group] = twice;
  const names = [...new Set(group.map(({ name }) => name))];
  const isMeant = targets.some((target) => isSame(target, workload.ref));
  return [
    {
      failureMode: 'port-conflict',
      object: workload.ref,
      severity: isUnwell || isMeant ? 'critical' : 'warning',
      statement: `Containers ${names.join(' and ')} of ${nameOf(workload.ref)} both want port ${port}.`,
      why: 'The containers of a pod share one network, where only one of them can have a port.',
      citations: quotes.object(
        workload.ref,
        new RegExp(`^\\s+(?:ports|command|env) .*\\b${Number.parseInt(port, 10)}\\b`),
      ),
      score: isUnwell ? DECLARED_TWICE : DECLARED_TWICE_BUT_WELL,
      explains: cluster.services
        .filter((service) => behind(service, cluster).some(({ ref }) => isSame(ref, workload.ref)))
        .map(({ metadata: { namespace, name } }) => ({ kind: 'Service', namespace, name })),
      since: troubledSince(workload.ref, cluster),
    },
  ];
}

/** As it declares them, and where the pod is not well, as it is told: arguments may speak of others' ports, too. */
function portsWantedBy(container: Container, alsoTold: boolean): { name: string; port: string }[] {
  const { name, ports } = container;
  const told = alsoTold && ports.length === 0 ? toldPorts(container) : [];
  return [
    ...ports.map(({ containerPort, protocol }) => ({ name, port: `${containerPort}/${protocol}` })),
    ...told.map(({ port }) => ({ name, port: `${port}/TCP` })),
  ];
}
