import type { Container } from '../../../tools/kubernetes/objects/pod.ts';
import type { Analyser, Finding } from '../../finding.ts';
import type { LogEntry } from '../../logs.ts';
import { isSame, nameOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { isDenial, isOfPort, isReadOnly, mountAt, pathIn } from './denials.ts';
import { ownLines, type Stuck, stuckContainers } from './stuck.ts';

/** Of the kubelet and the runtime, before a process runs. */
const REFUSED =
  /runAsNonRoot|runAsUser breaks non-root|image will run as root|unable to find user \S+: no matching entries|unable to apply caps|cannot set (?:user|group|capabilities)|seccomp profile|cannot enforce AppArmor|apparmor (?:profile|failed)|SysctlForbidden|forbidden sysctl|setting up (?:user|selinux)|write \/proc\/self\/attr\/|no_new_privs|invalid capability|unknown capability/i;

/** What a container may not do, or may not be: users, file permissions, a file system without writing, capabilities. */
export const securityContext: Analyser = {
  looksFor: 'containers that their security context or file permissions stop',
  analyse: (situation) =>
    stuckContainers(situation).flatMap(
      (stuck) => refused(stuck, situation) ?? denied(stuck, situation),
    ),
};

function refused(stuck: Stuck, situation: Situation): Finding[] | null {
  const said = stuck.messages.find((message) => REFUSED.test(message));
  if (said === undefined) return null;
  const { owner, container, since } = stuck;
  const { quotes } = situation;
  return [
    {
      failureMode: 'security-context',
      object: owner,
      severity: 'critical',
      statement: `Container ${container.name} of ${nameOf(owner)} may not be started as it is: ${said.replace(/\s+/g, ' ').slice(0, 200)}`,
      why: 'The kubelet or the runtime refuses it for its security context.',
      citations: [...ownLines(stuck, situation), ...quotes.object(owner, /^\s+runs as\s/)],
      score: 0.96,
      explains: [],
      since,
    },
  ];
}

/** Its last words before it ended. */
function denied(stuck: Stuck, situation: Situation): Finding[] {
  const { owner, container, exitCode, since } = stuck;
  if (exitCode === null || exitCode === 0) return [];
  const line = situation.logs.entries.findLast(
    (entry) => isOf(entry, stuck, situation) && isDenial(entry.text),
  );
  if (line === undefined) return [];
  const path = pathIn(line.text);
  const mount = path === null ? onlyVolume(line.text, stuck) : mountAt(path, container);
  const place = mount === null ? 'its own file system' : `the mount at ${mount.mountPath}`;
  const mounted = mount !== null && !isReadOnlyRoot(line.text, container);
  return [
    {
      failureMode: mounted ? 'volume-mount-failed' : 'security-context',
      object: owner,
      severity: 'critical',
      statement: `Container ${container.name} of ${nameOf(owner)} ends because it may not use ${path ?? 'what it needs'}${path === null ? '' : ` in ${place}`}: ${line.text.trim().slice(0, 160)}`,
      why: 'It says so before it ends.',
      citations: [
        ...situation.quotes.log(line),
        ...ownLines(stuck, situation),
        ...situation.quotes.object(owner, mounted ? /^\s+mounts\s/ : /^\s+runs as\s/).slice(0, 1),
      ],
      score: path === null && !isOfPort(line.text) ? 0.75 : 0.9,
      explains: [],
      since,
    },
  ];
}

/** A name without a path is in the working directory, which images that keep data have where their volume belongs. */
function onlyVolume(text: string, { container, pod }: Stuck) {
  if (isOfPort(text)) return null;
  const kept = container.volumeMounts.filter(({ name }) =>
    pod.spec.volumes.some((it) => it.name === name && (it.persistentVolumeClaim || it.hostPath)),
  );
  const [first, ...others] = kept;
  return first && others.length === 0 ? first : null;
}

function isOf(
  entry: LogEntry,
  { owner, container, exitCode }: Stuck,
  { window }: Situation,
): boolean {
  return (
    exitCode !== null &&
    entry.workload !== null &&
    isSame(entry.workload, owner) &&
    (entry.container === '' || entry.container === container.name) &&
    Date.parse(entry.at) >= Date.parse(window.from)
  );
}

/** A root file system that was made read-only on purpose is no volume's fault. */
function isReadOnlyRoot(text: string, { securityContext }: Container): boolean {
  return isReadOnly(text) && securityContext?.readOnlyRootFilesystem === true;
}
