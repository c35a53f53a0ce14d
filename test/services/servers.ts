import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { unprivilegedUser } from './binaries.ts';
import { type ScratchDirectory, scratchDirectory } from './scratch.ts';

const run = promisify(execFile);

/** A server process of the tests' own, on 127.0.0.1 and a free port, with its files in a temporary directory. */
export interface Server {
  url: string;
  /** Where its files are. */
  dir: string;
  /** Of its main process. */
  pid(): number;
  /** Sends a signal: SIGSTOP plays a server that hangs, SIGKILL one that dies. */
  signal(name: NodeJS.Signals): void;
  /** After SIGKILL: resolves when it has ended. */
  gone(): Promise<void>;
  /** After SIGKILL: starts it again on the same port and files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `durable`: its files are on the disk, as where its speed is measured. */
export async function startRedis(binary: string, { durable = false } = {}): Promise<Server> {
  const port = await freePort();
  const scratch = await scratchDirectory({ onDisk: durable });
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', scratch.dir, '--databases', '1024'],
    ...[
      '--appendonly',
      'yes',
      '--appendfsync',
      'everysec',
      '--maxmemory-policy',
      'noeviction',
      '--save',
      '',
    ],
  ];
  return keep(`redis://127.0.0.1:${port}`, scratch, () =>
    startProcess(binary, args, {}, /Ready to accept connections/),
  );
}

/** Unless `durable`, without fsync and in memory: what is tested is not PostgreSQL's durability. */
export async function startPostgres(binDir: string, { durable = false } = {}): Promise<Server> {
  const port = await freePort();
  const user = unprivilegedUser();
  const scratch = await scratchDirectory({ onDisk: durable });
  const { dir } = scratch;
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  // The C locale: the user's own may not be installed for the one it runs as.
  const options = {
    ...user,
    cwd: dir,
    env: { LC_ALL: 'C', LC_MESSAGES: 'C', PATH: process.env.PATH },
  };
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  await run(join(binDir, 'initdb'), initdb, options);
  const args = [
    ...['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', dir],
    ...['-c', 'max_connections=300'],
    ...(durable ? [] : ['-F', '-c', 'full_page_writes=off']),
  ];
  const start = () =>
    startProcess(join(binDir, 'postgres'), args, options, /ready to accept connections/);
  return keep(`postgres://postgres@127.0.0.1:${port}/postgres`, scratch, () =>
    afterOldSessions(start),
  );
}

/** The sessions of a killed PostgreSQL outlive it for a moment, in which another one refuses its files. */
async function afterOldSessions(start: () => Promise<ChildProcess>): Promise<ChildProcess> {
  for (let left = 50; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      const refused = error instanceof Error && error.message.includes('pre-existing shared');
      if (!refused || left === 0) throw error;
      await setTimeout(100);
    }
  }
}

async function keep(
  url: string,
  scratch: ScratchDirectory,
  start: () => Promise<ChildProcess>,
): Promise<Server> {
  let child = await start();
  return {
    url,
    dir: scratch.dir,
    pid: () => {
      if (child.pid === undefined) throw new Error('it did not start');
      return child.pid;
    },
    signal: (name) => child.kill(name),
    gone: () => exited(child),
    restart: async () => {
      await exited(child);
      child = await start();
    },
    stop: async () => {
      // PostgreSQL takes SIGINT as "end all sessions and stop".
      child.kill('SIGCONT');
      child.kill('SIGINT');
      await exited(child);
      await scratch.remove();
    },
  };
}

function startProcess(
  binary: string,
  args: string[],
  options: { uid?: number; gid?: number; cwd?: string; env?: NodeJS.ProcessEnv },
  ready: RegExp,
): Promise<ChildProcess> {
  const child = spawn(binary, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>();
  let output = '';
  const read = (chunk: Buffer) => {
    // Read on after it is ready too: a full pipe would block the server.
    if (output.length < 10_000) output += chunk.toString();
    if (ready.test(output)) resolve(child);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.on('error', reject);
  child.on('exit', (code) => reject(new Error(`${binary} ended with ${code}:\n${output}`)));
  return promise;
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
