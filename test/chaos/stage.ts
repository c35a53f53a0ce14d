import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endChildren } from '../e2e/children.ts';
import { type Env, type Place, startProgram } from '../e2e/program.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { startFakePagerDuty } from '../fakes/pagerduty.ts';
import { findPostgres, findRedis } from '../services/binaries.ts';
import { scratchDirectory } from '../services/scratch.ts';
import { type Server, startPostgres, startRedis } from '../services/servers.ts';
import type { Cleanup } from './cleanup.ts';
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
  networks: Record<'slack' | 'pagerduty', TcpProxy> &
    Partial<Record<'intake' | 'queue' | 'store', TcpProxy>>;
  servers: { redis: Server; postgres: Server } | null;
  clocks: Clocks | null;
  /** Where the embedded database is; null on servers, and where none can be mounted. */
  disk: SmallDisk | null;
  pagerduty: PagerDutyAccount;
  /** For a command beside the workers. */
  place: Place;
  /** Programs that ended though nobody had ended them, with their last words. */
  ownEnds: string[];
}

/** A night has to see many investigations begin and end, and has no two minutes for a model that hangs. */
const SETTINGS = {
  limits: { concurrentInvestigations: 8, modelSeconds: 6, seconds: 60 },
};
const PAGERDUTY_TOKEN = 'pagerduty-token-Wq02vvLp';

/** PagerDuty, as far as the program asks it. */
export interface PagerDutyAccount {
  /** What it signs its events with. */
  secret: string;
  /** The alerts behind each incident, by its id. */
  incidents: Record<string, object[]>;
}

/**
 * @param cleanup Is told of all that is opened before it is, so that nothing stays when this is stopped half-way.
 * @throws Error when Redis or PostgreSQL is not installed.
 */
export async function openStage(kind: StageKind, cleanup: Cleanup): Promise<Stage> {
  const opened = <T>(opening: Promise<T>, end: (thing: T) => Promise<unknown>): Promise<T> => {
    // Who opens it is told when that fails.
    cleanup.add(() => opening.then(end, () => {}));
    return opening;
  };
  const moods = createMoods();
  const world = await opened(startWorld({ script: moods.script }), (each) => each.close());
  // Those that were on their way up when they were stopped, and the senders.
  cleanup.add(endChildren);
  await writeFile(join(world.place.dir, 'probable-cause.yaml'), JSON.stringify(SETTINGS));
  const clocks = await openClocks(world.place.dir);
  const proxy = (url: string) =>
    opened(startTcpProxy(Number(new URL(url).port)), (each) => each.close());
  const slack = await proxy(world.slack.url);
  const pagerduty: PagerDutyAccount = { secret: 'signing-secret-Kd83mmQz', incidents: {} };
  const api = await opened(
    startFakePagerDuty({ token: PAGERDUTY_TOKEN, incidents: pagerduty.incidents }),
    (each) => each.close(),
  );
  const rest = await proxy(api.url);
  const env: Env = {
    ...clocks?.env,
    SLACK_API_URL: through(world.slack.url, slack),
    PAGERDUTY_WEBHOOK_SECRETS: `the-one-before,${pagerduty.secret}`,
    PAGERDUTY_API_TOKEN: PAGERDUTY_TOKEN,
    PAGERDUTY_API_URL: through(api.url, rest),
  };
  const networks = { slack, pagerduty: rest };
  const base = { world, moods, clocks, pagerduty, env, networks, cleanup, opened, proxy };
  return kind === 'servers' ? openServers(base) : openEmbedded(base);
}

interface Base extends Pick<Stage, 'world' | 'moods' | 'clocks' | 'pagerduty'> {
  env: Env;
  networks: Stage['networks'];
  cleanup: Cleanup;
  opened: <T>(opening: Promise<T>, end: (thing: T) => Promise<unknown>) => Promise<T>;
  proxy: (url: string) => Promise<TcpProxy>;
}

async function openServers(base: Base): Promise<Stage> {
  const { world, env, opened, proxy } = base;
  const stop = (server: Server) => server.stop();
  const [redis, postgres] = await Promise.all([
    opened(startRedis(installed(findRedis(), 'redis-server')), stop),
    opened(startPostgres(installed(findPostgres(), 'postgresql')), stop),
  ]);
  const [intake, queue, store] = await Promise.all([
    proxy(redis.url),
    proxy(redis.url),
    proxy(postgres.url),
  ]);
  const DATABASE_URL = through(postgres.url, store);
  const receiving = world.with({ ...env, REDIS_URL: through(redis.url, intake) });
  const place = world.with({ ...env, DATABASE_URL, REDIS_URL: through(redis.url, queue) });
  const { keep, ownEnds } = keeper(base);
  return finish(base, {
    receiver: keep('receiver', 'webhooks', receiving),
    workers: [keep('worker 1', 'worker', place), keep('worker 2', 'worker', place)],
    place,
    networks: { ...base.networks, intake, queue, store },
    servers: { redis, postgres },
    disk: null,
    ownEnds,
  });
}

async function openEmbedded(base: Base): Promise<Stage> {
  const { world, env, networks, opened } = base;
  const disk = await opened(openSmallDisk(), async (each) => each?.remove());
  const data = disk ?? (await opened(scratchDirectory(), (each) => each.remove()));
  const place = world.with({ ...env, DATA_DIR: data.dir });
  const { keep, ownEnds } = keeper(base);
  const serve = keep('serve', 'serve', place);
  return finish(base, {
    receiver: serve,
    workers: [serve],
    place,
    networks,
    servers: null,
    disk,
    ownEnds,
  });
}

/** Starts programs and keeps them up. */
function keeper({ cleanup }: Base) {
  const ownEnds: string[] = [];
  const keep = (name: string, command: string, place: Place): Supervised => {
    const start = () => startProgram([command], place);
    const program = supervise(name, start, (told) => ownEnds.push(told));
    cleanup.add(() => program.stop());
    return program;
  };
  return { keep, ownEnds };
}

type Rest = Omit<Stage, 'world' | 'moods' | 'clocks' | 'pagerduty' | 'recorder'>;

async function finish(
  { world, moods, clocks, pagerduty, opened }: Base,
  rest: Rest,
): Promise<Stage> {
  const recorder = await opened(startRecorder(rest.receiver.url), (each) => each.close());
  await Promise.all([rest.receiver, ...rest.workers].map((program) => program.up()));
  return { ...rest, world, moods, clocks, pagerduty, recorder };
}

function installed<T>(found: T | null, name: string): T {
  if (found === null) throw new Error(`${name} is not installed: apt-get install ${name}`);
  return found;
}

function through(url: string, { port }: TcpProxy): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
