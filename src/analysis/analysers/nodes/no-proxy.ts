import type { CallFault } from '../../call-failures.ts';
import type { Finding } from '../../finding.ts';
import type { ObjectRef } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { partsOf } from '../../system-pods.ts';
import { unique } from '../../troubled-calls.ts';

const PROXY: ObjectRef = { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' };
/** What kubeadm makes on every control plane, beside a kube-proxy. */
const CONTROL_PLANE = /^kube-(?:apiserver|controller-manager)-/;
/** Network plugins that leave the addresses of Services to kube-proxy: others can do without it. */
const NEEDS_PROXY = /^(?:kube-flannel(?:-ds)?|weave-net|kindnet|aws-node)$/;

/** No kube-proxy at all, as when its DaemonSet selects no node: what is not there names nobody. */
export function withoutProxy(situation: Situation): Finding[] {
  const { systemPods, quotes, callFailures, targets } = situation;
  if (systemPods === null || partsOf(systemPods, /^kube-proxy(?:-|$)/).length > 0) return [];
  const [server] = partsOf(systemPods, CONTROL_PLANE);
  const [plugin] = partsOf(systemPods, NEEDS_PROXY);
  if (server === undefined) return [];
  if (plugin === undefined) return missed(situation);
  const name = plugin.owner?.name ?? plugin.name;
  const failing = callFailures.filter(({ fault }) => fault !== 'unresolved');
  return [
    {
      failureMode: 'kube-proxy-down',
      object: PROXY,
      severity: 'critical',
      statement:
        'No node has a kube-proxy, so that addresses of Services lead where they led when it left.',
      why: `The cluster's own parts are there, and ${name} does not do its work.`,
      citations: [/kube-(?:apiserver|controller-manager)/, new RegExp(`^\\s*${name}\\b`)].flatMap(
        (line) => quotes.line(systemPods.evidence, line),
      ),
      score: 0.82,
      // Rules stay where they are: what nobody complains of still works.
      explains:
        failing.length === 0
          ? []
          : unique([
              ...targets,
              ...failing.flatMap(({ caller, service }) => [caller, ...(service ? [service] : [])]),
            ]),
      since: null,
    },
  ];
}

/** Network plugins that can do what kube-proxy does, and are often made to. */
const MAY_REPLACE_IT = /^(?:cilium|kube-router|antrea-agent|ovnkube-node)$/;
const LOST: ReadonlySet<CallFault> = new Set<CallFault>(['timed-out', 'unreachable', 'refused']);

/** No plugin that needs it, and none that is known to do without: then it takes somebody who misses it. */
function missed({ systemPods, cluster, quotes, callFailures }: Situation): Finding[] {
  if (systemPods === null || partsOf(systemPods, MAY_REPLACE_IT).length > 0) return [];
  const reachable = new Set(
    cluster.services
      .filter((it) => behind(it, cluster).some(({ ready }) => ready > 0))
      .map(({ spec }) => spec.clusterIP),
  );
  const lost = callFailures.filter(
    ({ fault, host }) => LOST.has(fault) && host !== null && reachable.has(host),
  );
  if (lost.length === 0) return [];
  return [
    {
      failureMode: 'kube-proxy-down',
      object: PROXY,
      severity: 'critical',
      statement:
        'kube-system has no pod of kube-proxy, so that addresses of Services are not kept up on any node.',
      why: 'Connections to addresses of Services with ready pods are lost, and no network plugin there is known to do without kube-proxy.',
      citations: [
        ...quotes.line(systemPods.evidence, /kube-(?:apiserver|controller-manager)/),
        ...lost.slice(0, 2).flatMap(({ entry }) => quotes.log(entry)),
      ],
      score: 0.8,
      explains: unique(
        lost.flatMap(({ caller, service }) => [caller, ...(service ? [service] : [])]),
      ),
      since: lost[0]?.entry.at ?? null,
    },
  ];
}
