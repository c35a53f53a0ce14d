import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endChildren } from '../e2e/children.ts';
import { type Env, startProgram } from '../e2e/program.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { findPostgres, findRedis } from '../services/binaries.ts';
import { scratchDirectory } from '../services/scratch.ts';
import { type Server, startPostgres, startRedis } from '../services/servers.ts';
import { type Clocks, openClocks } from './clocks.ts';
import { createMoods, type Moods } from './moods.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { openSmallDisk, type SmallDisk } from './small-disk.ts';
import { type Supervised, supervise } from './supervisor.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** What a night is played on: the servers of production, or nothing but a directory. */
export type StageKind = 'servers' | 'embedded';

/** All that a fault can reach, and all that the end is judged by. */
export interface Stage {
  world: World;
  moods: Moods;
  recorder: Recorder;
  /** Takes webhooks. */
  receiver: Supervised;
  /** Do the work; on one directory that is the receiver itself. */
  workers: readonly [Supervised, ...Supervised[]];
  /** The networks to each system, by who uses them. */
  networks: { slack: TcpProxy } & Partial<Record<'intake' | 'queue' | 'store', TcpProxy>>;
  servers: { redis: Server; postgres: Server } | null;
  clocks: Clocks | null;
  /** Where the embedded database is; null on servers, and where none can be mounted. */
  disk: SmallDisk | null;
  /** Programs that ended though nobody had ended them, with their last words. */
  ownEnds: string[];
  close(): Promise<void>;
}

/** A night has to see many investigations begin and end, and has no two minutes for a model that hangs. */
const SETTINGS = {
  limits: { concurrentInvestigations: 8, modelSeconds: 6, seconds: 60 },
};

/** @throws Error when Redis or PostgreSQL is not installed. */
export async function openStage(kind: StageKind): Promise<Stage> {
  const moods = createMoods();
  const world = await startWorld({ script: moods.script });
  await writeFile(join(world.place.dir, 'probable-cause.yaml'), JSON.stringify(SETTINGS));
  const clocks = await openClocks(world.place.dir);
  const slack = await startTcpProxy(portOf(world.slack.url));
  const env: Env = { ...clocks?.env, SLACK_API_URL: through(world.slack.url, slack) };
  const base = { world, moods, clocks, env, slack };
  return kind === 'servers' ? openServers(base) : openEmbedded(base);
}

interface Base {
  world: World;
  moods: Moods;
  clocks: Clocks | null;
  env: Env;
  slack: TcpProxy;
}

async function openServers(base: Base): Promise<Stage> {
  const [redis, postgres] = await Promise.all([
    startRedis(installed(findRedis(), 'redis-server')),
    startPostgres(installed(findPostgres(), 'postgresql')),
  ]);
  const [intake, queue, store] = await Promise.all([
    startTcpProxy(portOf(redis.url)),
    startTcpProxy(portOf(redis.url)),
    startTcpProxy(portOf(postgres.url)),
  ]);
  const ownEnds: string[] = [];
  const { world, env } = base;
  const DATABASE_URL = through(postgres.url, store);
  const start = (command: string, more: Env) => () =>
    startProgram([command], world.with({ ...env, ...more }));
  const keep = (name: string, command: string, more: Env) =>
    supervise(name, start(command, more), (told) => ownEnds.push(told));
  const receiver = keep('receiver', 'webhooks', { REDIS_URL: through(redis.url, intake) });
  const work: Env = { DATABASE_URL, REDIS_URL: through(redis.url, queue) };
  const workers = [keep('worker 1', 'worker', work), keep('worker 2', 'worker', work)] as const;
  return finish(base, {
    receiver,
    workers,
    networks: { slack: base.slack, intake, queue, store },
    servers: { redis, postgres },
    disk: null,
    ownEnds,
    remove: async () => {
      await Promise.all([redis.stop(), postgres.stop()]);
    },
  });
}

async function openEmbedded(base: Base): Promise<Stage> {
  const disk = await openSmallDisk();
  const data = disk ?? (await scratchDirectory());
  const ownEnds: string[] = [];
  const { world, env } = base;
  const place = world.with({ ...env, DATA_DIR: data.dir });
  const serve = supervise(
    'serve',
    () => startProgram(['serve'], place),
    (told) => ownEnds.push(told),
  );
  return finish(base, {
    receiver: serve,
    workers: [serve],
    networks: { slack: base.slack },
    servers: null,
    disk,
    ownEnds,
    remove: data.remove,
  });
}

type Rest = Pick<Stage, 'receiver' | 'workers' | 'networks' | 'servers' | 'disk' | 'ownEnds'> & {
  remove(): Promise<void>;
};

async function finish(base: Base, { remove, ...rest }: Rest): Promise<Stage> {
  const { world, moods, clocks } = base;
  const programs = [...new Set([rest.receiver, ...rest.workers])];
  const recorder = await startRecorder(rest.receiver.url);
  await Promise.all(programs.map((program) => program.up()));
  return {
    ...rest,
    world,
    moods,
    clocks,
    recorder,
    async close() {
      await Promise.all(programs.map((program) => program.stop()));
      await recorder.close();
      await Promise.all(Object.values(rest.networks).map((network) => network.close()));
      await remove();
      // Those that were on their way up when they were stopped, and the senders.
      await endChildren();
      await world.close();
    },
  };
}

function installed<T>(found: T | null, name: string): T {
  if (found === null) throw new Error(`${name} is not installed: apt-get install ${name}`);
  return found;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function through(url: string, { port }: TcpProxy): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
