import { spawnSync } from 'node:child_process';
import { getuid } from 'node:process';

/**
 * A network of its own for programs that listen on all interfaces: nobody else can reach them there, and
 * nothing that runs here already gets into their way.
 */
export interface NetworkNamespace {
  /** Starts a command in a new one. */
  enter: string[];
  /** Starts a command in the one that a process is in. */
  join: (pid: number) => string[];
}

const LOOPBACK_UP = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

const asRoot: NetworkNamespace = {
  enter: ['unshare', '-n', ...LOOPBACK_UP],
  join: (pid) => ['nsenter', '-t', String(pid), '-n'],
};

const asUser: NetworkNamespace = {
  enter: ['unshare', '-rn', ...LOOPBACK_UP],
  join: (pid) => ['nsenter', '-t', String(pid), '-U', '-n', '--preserve-credentials'],
};

/** Null where this system lets this user make none. */
export function networkNamespace(): NetworkNamespace | null {
  return (getuid?.() === 0 ? [asRoot] : [asUser]).find(works) ?? null;
}

function works({ enter: [command = '', ...args] }: NetworkNamespace): boolean {
  return spawnSync(command, [...args, 'true']).status === 0;
}
