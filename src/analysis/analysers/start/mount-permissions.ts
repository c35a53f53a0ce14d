import type { Workload } from '../../cluster.ts';
import type { Analyser, Finding } from '../../finding.ts';
import type { LogEntry } from '../../logs.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import { podsOf, unreadySince } from '../../owners.ts';
import type { Situation } from '../../situation.ts';
import { isDenial, mountAt, pathIn } from './denials.ts';

/** One line may be a probe of what can be written; a program that needs it tries again. */
const OFTEN = 2;

/** Programs that keep running although they may not use the files of a volume. */
export const mountPermissions: Analyser = {
  looksFor: 'volumes whose files a process may not read or write',
  analyse: (situation) =>
    situation.cluster.workloads.flatMap((workload) => refusedFiles(workload, situation)),
};

function refusedFiles(workload: Workload, situation: Situation): Finding[] {
  const { ref, template } = workload;
  const lines = situation.logs.entries.filter(
    (entry) =>
      entry.workload !== null &&
      isSame(entry.workload, ref) &&
      Date.parse(entry.at) >= Date.parse(situation.window.from) &&
      isDenial(entry.text),
  );
  const told = lines.flatMap((line) => {
    const path = pathIn(line.text);
    const mount = path === null ? null : mountOf(path, line, workload);
    return mount === null ? [] : [{ line, mount }];
  });
  const [first] = told;
  if (first === undefined || told.reduce((sum, { line }) => sum + line.count, 0) < OFTEN) return [];
  const { line, mount } = first;
  const waits = podsOf(ref, situation.cluster).some((pod) => unreadySince(pod) !== null);
  const source = template.spec.volumes.find(({ name }) => name === mount.name);
  return [
    {
      failureMode: 'volume-mount-failed',
      object: ref,
      severity: waits ? 'critical' : 'warning',
      statement: `${nameOf(ref)} may not use the files of its volume ${mount.name} at ${mount.mountPath}${mount.readOnly ? ', which is mounted read-only' : ''}.`,
      why: 'Its process says so again and again, of a path under the mount.',
      citations: [
        ...situation.quotes.log(line),
        ...situation.quotes.object(ref, /^\s+mounts\s/).slice(0, 1),
        ...(source ? situation.quotes.object(ref, /^\s+volume /).slice(0, 1) : []),
      ],
      score: waits ? 0.85 : 0.72,
      explains: [],
      since: line.at,
    },
  ];
}

function mountOf(path: string, { container }: LogEntry, { template }: Workload) {
  const containers = [...template.spec.initContainers, ...template.spec.containers].filter(
    ({ name }) => container === '' || name === container,
  );
  for (const one of containers) {
    const mount = mountAt(path, one);
    if (mount !== null && mount.mountPath !== '/') return mount;
  }
  return null;
}
