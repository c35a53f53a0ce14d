import type { Service, ServicePort } from '../../../tools/kubernetes/objects/network.ts';
import type { CallFailure } from '../../call-failures.ts';
import { addressesGivenOf } from '../../callers.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { type Listening, listeningOf } from '../../listening.ts';
import { isSame, nameOf, refOf } from '../../object-ref.ts';
import { behind } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** A Service that sends to a port on which nothing listens. */
export const servicePort: Analyser = {
  looksFor: 'Services that send to a port, or by a protocol, that no container has',
  analyse: (situation) =>
    situation.cluster.services.flatMap((service) => {
      const workloads = behind(service, situation.cluster);
      if (workloads.length === 0) return [];
      const listening = workloads.map(listeningOf);
      return service.spec.ports.flatMap((port) => {
        const fault = faultOf(port, listening);
        return fault === null ? [] : [findingOf({ service, port, workloads }, fault, situation)];
      });
    }),
};

interface Fault {
  what: 'name' | 'protocol' | 'number';
  score: number;
  says: string;
}

interface Place {
  service: Service;
  port: ServicePort;
  workloads: readonly Workload[];
}

function faultOf(port: ServicePort, listening: readonly Listening[]): Fault | null {
  const declared = listening.flatMap((it) => it.declared);
  const { targetPort = port.port } = port;
  const meant = declared.filter(
    ({ name, containerPort }) => name === targetPort || containerPort === Number(targetPort),
  );
  if (meant.some(({ protocol }) => protocol === port.protocol)) return null;
  if (meant.length > 0) {
    const protocols = [...new Set(meant.map(({ protocol }) => protocol))].join(' and ');
    return {
      what: 'protocol',
      score: 0.94,
      says: `by ${port.protocol}, but the containers listen by ${protocols} there`,
    };
  }
  if (typeof targetPort === 'string' && !/^\d+$/.test(targetPort)) {
    return { what: 'name', score: 0.95, says: 'which is the name of no container port' };
  }
  return wrongNumber(port, Number(targetPort), listening);
}

/** Declaring ports is optional, so that a number alone is no proof: what else is said of the process counts. */
function wrongNumber(port: ServicePort, target: number, all: readonly Listening[]): Fault | null {
  const declared = all.flatMap((it) => it.declared);
  const elsewhere = all.flatMap(({ probed, told }) => [...probed, ...told]);
  if (port.protocol !== 'UDP' && elsewhere.includes(target)) return null;
  if (elsewhere.includes(target)) {
    return {
      what: 'protocol',
      score: 0.9,
      says: 'by UDP, but the containers are probed by TCP there',
    };
  }
  const known = [...new Set([...declared.map((it) => it.containerPort), ...elsewhere])];
  if (known.length === 0) return null;
  const same = known.includes(port.port);
  const probed = all.some((it) => it.probed.length > 0);
  return {
    what: 'number',
    score: (same ? 0.88 : 0.72) + (probed ? 0.05 : 0),
    says: `but the containers listen on ${known.join(', ')}`,
  };
}

function findingOf(place: Place, fault: Fault, situation: Situation): Finding {
  const { service, port, workloads } = place;
  const { quotes, cluster } = situation;
  const ref = refOf('Service', service.metadata);
  const target = port.targetPort ?? port.port;
  const failures = failuresOf(place, situation);
  const others =
    service.spec.ports.length > 1 && fault.what === 'number' && !isCalled(place, situation);
  const callers = addressesGivenOf(ref, cluster).map(({ workload }) => workload.ref);
  return {
    failureMode: 'service-selector-mismatch',
    object: ref,
    severity: others ? 'info' : 'critical',
    statement: `Service ${service.metadata.name} sends port ${port.port} to ${target}/${port.protocol} of ${workloads.map((it) => nameOf(it.ref)).join(', ')}, ${fault.says}.`,
    why:
      failures.length > 0
        ? 'The Service and the pod template disagree, and callers say that their connections fail.'
        : 'The Service and the pod template behind it disagree.',
    citations: [
      ...quotes.object(ref, /^\s+ports /).slice(0, 1),
      ...workloads.slice(0, 2).flatMap((it) => quotes.object(it.ref, /^\s+ports /).slice(0, 1)),
      ...failures.slice(0, 1).flatMap(({ entry }) => quotes.log(entry)),
    ],
    score: others ? 0.4 : Math.min(0.97, fault.score + (failures.length > 0 ? 0.05 : 0)),
    explains: [...workloads.map((it) => it.ref), ...callers],
    since: null,
  };
}

function failuresOf({ service }: Place, { callFailures }: Situation): CallFailure[] {
  const ref = refOf('Service', service.metadata);
  return callFailures.filter(
    ({ service: called, fault }) =>
      called !== null && isSame(called, ref) && fault !== 'unresolved' && fault !== 'reset',
  );
}

/** Of several ports, one that nobody calls, such as one for metrics, is not why something fails. */
function isCalled({ service, port }: Place, { cluster, callFailures }: Situation): boolean {
  const ref = refOf('Service', service.metadata);
  return (
    addressesGivenOf(ref, cluster).some((given) => given.port === port.port) ||
    callFailures.some(
      (it) => it.port === port.port && it.service !== null && isSame(it.service, ref),
    )
  );
}
