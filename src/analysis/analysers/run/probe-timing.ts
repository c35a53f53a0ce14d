import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import { subjectOf } from '../../owners.ts';
import { failingPods, type ProbeUse, portsOf, probesOf } from '../../probes.ts';
import type { Situation } from '../../situation.ts';

/** What a slow start commonly takes; a process that is given less is seldom given enough. */
const SHORT_SECONDS = 30;
/** Nothing takes so long that it is worth no look before. */
const LONG_SECONDS = 300;
/** After the last probe, a container has this long to leave. */
const GRACE_SECONDS = 35;
const TOO_LATE = 0.8;
/** Exit codes of a process that was told to leave, or made to. */
const ENDED_FROM_OUTSIDE = new Set([0, 137, 143]);
const TIMING =
  /connection refused|deadline exceeded|Client\.Timeout|i\/o timeout|timed out|timeout|NOT_SERVING|statuscode: 503/i;

/** Containers that are killed by their liveness or startup probe before they can be up. */
export const probeTiming: Analyser = {
  looksFor: 'probes that give a process too little time',
  analyse: (situation) =>
    situation.cluster.workloads.flatMap((workload) =>
      probesOf(workload).flatMap((use) => [
        ...tooSoon(use, workload, situation),
        ...tooLate(use, workload, situation),
      ]),
    ),
};

function tooSoon(use: ProbeUse, workload: Workload, situation: Situation): Finding[] {
  const { cluster, quotes, window } = situation;
  const { container, kind, probe } = use;
  if (kind === 'readiness' || (kind === 'liveness' && container.startupProbe)) return [];
  const known = portsOf(workload, cluster);
  if (use.number !== null && known.length > 0 && !known.some(({ port }) => port === use.number))
    return [];
  const budget = probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold;
  const pods = failingPods(use, workload, cluster, window).filter((pod) =>
    endedAtBudget(pod, use, budget),
  );
  if (pods.length === 0) return [];
  const events = probeEvents(use, workload, situation);
  const killed = events.some(({ reason }) => reason === 'Killing');
  const words = situation.sightings.filter(
    (it) => isSame(it.workload, workload.ref) && it.signature.failureMode !== 'application-crash',
  );
  // What the process says of itself explains its end better than the clock, unless the kubelet says that it ended it.
  if (words.length > 0 && !killed) return [];
  if (events.length === 0 && budget > SHORT_SECONDS) return [];
  const strict = probe.failureThreshold === 1 || budget <= SHORT_SECONDS / 2;
  return [
    {
      failureMode: 'probe-misconfigured',
      object: workload.ref,
      severity: 'critical',
      statement: `The ${kind} probe of ${nameOf(workload.ref)} gives container ${container.name} ${budget} seconds before it is killed, which is too little.`,
      why: `Its containers are ended from outside about ${budget} seconds after their start, each time, and say nothing that explains it.`,
      citations: [
        ...quotes.object(workload.ref, new RegExp(`^\\s+${kind} `)).slice(0, 1),
        ...pods
          .slice(0, 1)
          .flatMap(({ metadata: { namespace, name } }) =>
            quotes.object({ kind: 'Pod', namespace, name }, /last ended|RESTARTS/).slice(0, 2),
          ),
        ...events.slice(0, 2).flatMap((event) => quotes.event(event)),
      ],
      score:
        (budget <= SHORT_SECONDS ? 0.68 : 0.5) +
        (strict ? 0.1 : 0) +
        (killed ? 0.08 : 0) -
        (words.length > 0 ? 0.25 : 0),
      explains: [],
      since: events.map(({ firstAt }) => firstAt).find((at) => at !== null) ?? null,
    },
  ];
}

/** Pods that could be ready for all that anybody knows, had anybody asked. */
function tooLate(use: ProbeUse, workload: Workload, situation: Situation): Finding[] {
  const { cluster, quotes, window } = situation;
  const { container, kind, probe } = use;
  if (kind === 'liveness' || probe.initialDelaySeconds < LONG_SECONDS) return [];
  const waiting = failingPods(use, workload, cluster, window).filter(({ status }) => {
    const own = status.containerStatuses.find(({ name }) => name === container.name);
    const ran = Date.parse(window.to) - Date.parse(own?.state.running?.startedAt ?? '');
    return ran < probe.initialDelaySeconds * 1000;
  });
  const [pod] = waiting;
  if (pod === undefined) return [];
  return [
    {
      failureMode: 'probe-misconfigured',
      object: workload.ref,
      severity: 'critical',
      statement: `The ${kind} probe of ${nameOf(workload.ref)} first asks ${probe.initialDelaySeconds} seconds after the start of container ${container.name}.`,
      why: `Until then its pods are not ready, whatever they are; ${waiting.length} of them wait for it.`,
      citations: quotes.object(workload.ref, new RegExp(`^\\s+${kind} `)).slice(0, 1),
      score: TOO_LATE,
      explains: [],
      since: pod.status.startTime ?? null,
    },
  ];
}

/** Each instance lived about as long as the probe allows, and was ended from outside. */
function endedAtBudget({ status }: Pod, { container, probe }: ProbeUse, budget: number): boolean {
  const own = status.containerStatuses.find(({ name }) => name === container.name);
  const ended = own?.lastState.terminated ?? own?.state.terminated;
  if (ended === undefined || !ENDED_FROM_OUTSIDE.has(ended.exitCode)) return false;
  const lived = (Date.parse(ended.finishedAt ?? '') - Date.parse(ended.startedAt ?? '')) / 1000;
  return (
    lived <= budget + 2 * probe.periodSeconds + GRACE_SECONDS && lived >= probe.initialDelaySeconds
  );
}

function probeEvents({ kind }: ProbeUse, { ref }: Workload, { cluster }: Situation) {
  const said = new RegExp(`${kind} probe`, 'i');
  return cluster.events.filter(
    (event) =>
      said.test(event.message) &&
      (event.reason === 'Killing' ||
        (event.reason === 'Unhealthy' && TIMING.test(event.message))) &&
      isSame(subjectOf(event, cluster), ref),
  );
}
