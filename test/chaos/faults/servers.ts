import { readFileSync } from 'node:fs';
import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../evidence/random.ts';
import { childrenOf } from '../../services/alive.ts';
import type { Server } from '../../services/servers.ts';
import type { Stage } from '../stage.ts';
import { inSeconds } from '../words.ts';
import { between, type Fault, forAWhile, onServers, type Played } from './fault.ts';

type Name = keyof NonNullable<Stage['servers']>;

/** Deaths and hangs of Redis and PostgreSQL. */
export const serverFaults: readonly Fault[] = [
  {
    name: 'Redis is killed',
    fits: onServers,
    play: (stage, random) => kill(stage, 'redis', random),
  },
  { name: 'Redis hangs', fits: onServers, play: (stage, random) => hang(stage, 'redis', random) },
  {
    name: 'PostgreSQL is killed',
    fits: onServers,
    play: (stage, random) => kill(stage, 'postgres', random),
  },
  {
    name: 'PostgreSQL hangs',
    fits: onServers,
    play: (stage, random) => hang(stage, 'postgres', random),
  },
  { name: 'Redis loses the tail of its append-only file', fits: onServers, play: cutTail },
];

export function serverOf({ servers }: Stage, name: Name): Server {
  if (servers === null) throw new Error('there are no servers on this stage');
  return servers[name];
}

async function kill(stage: Stage, name: Name, random: Random): Promise<Played> {
  const server = serverOf(stage, name);
  const ms = between(random, 0, 3_000);
  await killServer(server);
  await forAWhile(ms, () => restart(server));
  return { detail: inSeconds(ms) };
}

async function hang(stage: Stage, name: Name, random: Random): Promise<Played> {
  const server = serverOf(stage, name);
  const ms = between(random, 500, 7_000);
  // Of PostgreSQL every session is a process.
  const processes = [server.pid(), ...childrenOf(server.pid())];
  signalAll(processes, 'SIGSTOP');
  await forAWhile(ms, () => signalAll(processes, 'SIGCONT'));
  return { detail: inSeconds(ms) };
}

function signalAll(processes: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of processes) {
    // A session may have ended since.
    if (readable(`/proc/${pid}/stat`)) process.kill(pid, signal);
  }
}

function readable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

export async function killServer(server: Server): Promise<void> {
  server.signal('SIGKILL');
  await server.gone();
}

const RESTARTS = 40;

/** The sessions of a killed PostgreSQL take a moment to notice, and until then it refuses to start. */
export async function restart(server: Server): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await server.restart();
      return;
    } catch (error) {
      if (attempt === RESTARTS) throw error;
      await setTimeout(250);
    }
  }
}

/**
 * A power cut, of which SIGKILL alone is none: the page cache survives it. What is cut off was written after the
 * last answer that anybody got, so that nothing confirmed is among it: with `appendfsync always` that is all that
 * a power cut can take. (`everysec` may lose a second more, as the documentation of Redis says.)
 */
async function cutTail(stage: Stage, random: Random): Promise<Played> {
  const server = serverOf(stage, 'redis');
  const { intake, queue } = stage.networks;
  const holds = [intake, queue].map((network) => network?.hold('replies'));
  const file = await appendOnlyFile(server);
  // Redis writes before it answers: all that was answered before the holds is within this size.
  const confirmed = (await stat(file)).size;
  try {
    await setTimeout(between(random, 200, 800));
    await killServer(server);
    const written = (await stat(file)).size;
    const kept = confirmed + random.int(written - confirmed + 1);
    await truncate(file, kept);
    return { detail: `${written - kept} of ${written - confirmed} unconfirmed bytes` };
  } finally {
    intake?.reset();
    queue?.reset();
    for (const hold of holds) hold?.release();
    await restart(server);
  }
}

async function appendOnlyFile({ dir }: Server): Promise<string> {
  const folder = join(dir, 'appendonlydir');
  const names = await readdir(folder);
  const name = names
    .filter((file) => file.endsWith('.incr.aof'))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`there is no append-only file in ${folder}`);
  return join(folder, name);
}
