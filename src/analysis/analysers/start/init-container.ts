import type { Pod } from '../../../tools/kubernetes/objects/pod.ts';
import { addressesWithin, serviceAt } from '../../addresses.ts';
import type { Cluster } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import type { LogEntry } from '../../logs.ts';
import { isSame, keyOf, nameOf, type ObjectRef, refOf } from '../../object-ref.ts';
import { behind, ownerOf } from '../../owners.ts';
import type { Situation } from '../../situation.ts';

/** One that waits for something is given this long; migrations take longer, and say so. */
const PATIENCE_MS = 180_000;

/** Init containers that fail, or that wait for what does not come. */
export const initContainer: Analyser = {
  looksFor: 'init containers that fail or never finish',
  analyse: (situation) => {
    const byOwner = new Map(
      situation.cluster.pods
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .flatMap((pod) => blockedAt(pod, situation))
        .map((it) => [keyOf(it.owner), it]),
    );
    return [...byOwner.values()].map((blocked) => finding(blocked, situation));
  },
};

interface Blocked {
  owner: ObjectRef;
  pod: Pod;
  name: string;
  text: string;
  /** Null while it runs. */
  exitCode: number | null;
  since: string | null;
}

function blockedAt(pod: Pod, { cluster, window }: Situation): Blocked[] {
  const owner = ownerOf(pod, cluster);
  for (const container of pod.spec.initContainers) {
    const status = pod.status.initContainerStatuses.find(({ name }) => name === container.name);
    if (status === undefined || container.restartPolicy === 'Always') continue;
    const { waiting, running, terminated } = status.state;
    if (terminated?.exitCode === 0 || status.ready) continue;
    const ended = terminated ?? status.lastState.terminated;
    const text = [
      ...container.command,
      ...container.args,
      ...container.env.flatMap(({ value }) => value ?? []),
    ].join(' ');
    const base = { owner, pod, name: container.name, text };
    const fails = ended !== undefined && ended.exitCode !== 0;
    if (fails && (waiting !== undefined || terminated !== undefined || status.restartCount > 0)) {
      return [{ ...base, exitCode: ended.exitCode, since: pod.metadata.creationTimestamp ?? null }];
    }
    const startedAt = running?.startedAt ?? null;
    const long = Date.parse(window.to) - Date.parse(startedAt ?? '') >= PATIENCE_MS;
    return running !== undefined && long ? [{ ...base, exitCode: null, since: startedAt }] : [];
  }
  return [];
}

function finding(blocked: Blocked, situation: Situation): Finding {
  const { owner, pod, name, exitCode, since } = blocked;
  const { quotes, logs } = situation;
  const line = logs.entries.findLast((entry) => isOf(entry, blocked));
  const needed = neededBy(blocked, line, situation.cluster);
  const waitsFor = needed === null ? '' : `, for ${nameOf(needed.ref)}`;
  const escaped = name.replaceAll('.', '\\.');
  return {
    failureMode: 'init-container-failed',
    object: owner,
    severity: 'critical',
    statement:
      exitCode === null
        ? `Init container ${name} of ${nameOf(owner)} still waits${waitsFor}.`
        : `Init container ${name} of ${nameOf(owner)} fails with exit code ${exitCode}${waitsFor}.`,
    why: 'The containers of a pod start only when each init container has ended well.',
    citations: [
      ...quotes.object(refOf('Pod', pod.metadata), new RegExp(`^\\s+init ${escaped}: `)),
      ...quotes.object(refOf('Pod', pod.metadata)),
      ...(line ? quotes.log(line) : []),
    ].slice(0, 4),
    // What it waits for, and is not there, is the deeper cause.
    score: needed !== null && !needed.ready ? 0.55 : 0.82,
    explains: [],
    since,
  };
}

function isOf(entry: LogEntry, { owner, name }: Blocked): boolean {
  return entry.workload !== null && isSame(entry.workload, owner) && entry.container === name;
}

/** The Service that its command, its environment or its last words name. */
function neededBy(
  { pod, owner, text }: Blocked,
  line: LogEntry | undefined,
  cluster: Cluster,
): { ref: ObjectRef; ready: boolean } | null {
  for (const { host, port } of addressesWithin(`${text} ${line?.text ?? ''}`)) {
    const service = serviceAt(host, pod.metadata.namespace, cluster.services);
    // A single word is no address by itself.
    if (service === null || (port === null && !host.includes('-') && !text.includes(` ${host} `))) {
      continue;
    }
    const workloads = behind(service, cluster);
    if (workloads.some(({ ref }) => isSame(ref, owner))) continue;
    return {
      ref: refOf('Service', service.metadata),
      ready: workloads.some(({ ready }) => ready > 0),
    };
  }
  return null;
}
