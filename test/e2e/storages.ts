import { embeddedDirectory, findBackend } from '../services/backends.ts';
import type { Env } from './program.ts';

/** What a program keeps its incidents and jobs in. */
export interface Storage {
  name: string;
  /** False when a server for it is not installed. */
  available: boolean;
  /** An empty one for one test, by the settings that lead to it. */
  prepare(): Promise<PreparedStorage>;
}

export interface PreparedStorage {
  env: Env;
  remove(): Promise<void>;
}

/** The two that users run on: nothing but a directory, and the servers of production. */
export function storages(): Storage[] {
  const redis = findBackend('redis');
  const postgres = findBackend('postgres');
  return [
    {
      name: 'the embedded database',
      available: true,
      async prepare() {
        const { dir, remove } = await embeddedDirectory();
        return { env: { DATA_DIR: dir }, remove };
      },
    },
    {
      name: 'Redis and PostgreSQL',
      available: redis.available && postgres.available,
      async prepare() {
        const queue = await redis.prepare();
        const database = await preparePostgres();
        const REDIS_URL = 'redis' in queue.address ? queue.address.redis : '';
        return {
          env: { REDIS_URL, ...database.env },
          remove: async () => {
            await Promise.all([queue.close(), database.remove()]);
          },
        };
      },
    },
  ];
}

/** An empty database on the PostgreSQL of the tests. */
export async function preparePostgres(): Promise<PreparedStorage> {
  const { address, close } = await findBackend('postgres').prepare();
  return { env: { DATABASE_URL: 'url' in address ? address.url : '' }, remove: close };
}
