import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { findPostgres, findRedis } from './binaries.ts';
import './provided.ts';
import { type Server, startPostgres, startRedis } from './servers.ts';

/** Starts, once for all test files, the real servers that are installed, and says what is left out without them. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const redisBinary = findRedis();
  const postgresBinaries = findPostgres();
  if (!redisBinary) missing('redis-server', 'the queue on Redis');
  if (!postgresBinaries) missing('postgresql', 'the queue and the store on PostgreSQL');

  const embeddedTemplate = templatePath();
  const [redis, postgres] = await Promise.all([
    redisBinary ? startRedis(redisBinary) : null,
    postgresBinaries ? startPostgres(postgresBinaries) : null,
    makeTemplate(embeddedTemplate),
  ]);
  provide('services', {
    redis: redis && { url: redis.url },
    postgres: postgres && { url: postgres.url },
    embeddedTemplate,
  });
  const servers = [redis, postgres].filter((server): server is Server => server !== null);
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
}

function missing(what: string, skipped: string): void {
  const message = `${what} is not installed: the tests of ${skipped} are skipped`;
  if (process.env.CI === 'true') throw new Error(`${message}, which CI=true does not allow`);
  console.warn(message);
}

/** Kept between runs, one for each version of what makes it. */
function templatePath(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const pglite = readFileSync(join(dirname(entry), '../package.json'));
  const ours = readFileSync(new URL('../../src/store/embedded.ts', import.meta.url));
  const version = createHash('sha256').update(pglite).update(ours).digest('hex').slice(0, 16);
  const cache = new URL('../../node_modules/.cache/probable-cause/', import.meta.url);
  return fileURLToPath(new URL(`embedded-${version}`, cache));
}

async function makeTemplate(template: string): Promise<void> {
  const script = fileURLToPath(new URL('embedded-template.ts', import.meta.url));
  const child = spawn(process.execPath, [script, template], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The template of the embedded database could not be made');
}
