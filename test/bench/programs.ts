import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningProgram, startProgram } from '../e2e/program.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { findPostgres, findRedis } from '../services/binaries.ts';
import { startPostgres, startRedis } from '../services/servers.ts';

/** As it is shipped: a process that runs TypeScript holds the compiler in its memory too. `npm run bench` makes it. */
const BIN = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));

/** As the image sets it. */
const NODE_OPTIONS = '--max-semi-space-size=16';

/** The whole program as it runs in production, with fakes of all that is outside of it. */
export interface Programs {
  world: World;
  webhooks: RunningProgram;
  worker: RunningProgram;
  stop(): Promise<void>;
}

export interface ProgramsOptions {
  world: Parameters<typeof startWorld>[0];
  /** Of `probable-cause.yaml`. */
  settings: object;
  env?: Record<string, string>;
}

/** `webhooks` and `worker`, on a Redis and a PostgreSQL that sync as by default. Null when one is not installed. */
export async function startPrograms(options: ProgramsOptions): Promise<Programs | null> {
  const [redisBinary, postgresBinaries] = [findRedis(), findPostgres()];
  if (redisBinary === null || postgresBinaries === null) return null;
  const [world, redis, postgres] = await Promise.all([
    startWorld(options.world),
    startRedis(redisBinary, { durable: true }),
    startPostgres(postgresBinaries, { durable: true }),
  ]);
  const stopServers = () => Promise.all([world.close(), redis.stop(), postgres.stop()]);
  try {
    await writeFile(join(world.place.dir, 'probable-cause.yaml'), JSON.stringify(options.settings));
    const env = { NODE_OPTIONS, REDIS_URL: redis.url, DATABASE_URL: postgres.url, ...options.env };
    const place = { ...world.with(env), bin: BIN };
    const worker = await startProgram(['worker'], place);
    const webhooks = await startProgram(['webhooks'], place);
    return {
      world,
      webhooks,
      worker,
      async stop() {
        for (const program of [webhooks, worker]) program.kill('SIGKILL');
        await Promise.all([webhooks.stopped, worker.stopped]);
        await stopServers();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

/** Resolves when the log of a program has held a message so many more times, from now on. */
export async function onLogged(
  program: RunningProgram,
  message: string,
  times: number,
): Promise<void> {
  let seen = 0;
  let fromNow = false;
  const logged = program.onLog(({ msg }) => {
    if (fromNow && msg === message) seen += 1;
    return seen === times;
  });
  // What was printed already has been looked at by then.
  fromNow = true;
  await logged;
}
