import { cp } from 'node:fs/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';
import { createLogger, type Logger } from '../../src/lib/log.ts';
import { openPostgresQueue, openRedisQueue } from '../../src/queue/open.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { type Database, type DatabaseLocation, openDatabase } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import './provided.ts';
import { type ScratchDirectory, scratchDirectory } from './scratch.ts';

interface QueueOptions {
  deadlineMs?: number;
  lockMs?: number;
  attempts?: number;
  log?: Logger;
}

/** A place of its own for one test: an empty database, or an empty Redis. */
export interface Place {
  /** To be handed to another process, which is how crashes are played. */
  address: Address;
  /** Another handle on the same place at each call, as another process would have. */
  openQueue(options?: QueueOptions): Promise<Queue>;
  /** Not on Redis. */
  openStore(): Promise<Store>;
  /** Closes what was opened, so that another process may have the place. */
  release(): Promise<void>;
  /** Releases and removes it. */
  close(): Promise<void>;
}

export type Address = { redis: string } | DatabaseLocation;

export interface Backend {
  name: 'embedded' | 'postgres' | 'redis';
  /** False when its server is not installed. */
  available: boolean;
  hasStore: boolean;
  prepare(): Promise<Place>;
}

/** All that the product can run on, for `describe.each`. */
export function backends(): Backend[] {
  const { redis, postgres } = inject('services');
  return [
    { name: 'embedded', available: true, hasStore: true, prepare: prepareEmbedded },
    {
      name: 'postgres',
      available: postgres !== null,
      hasStore: true,
      prepare: () => preparePostgres(required(postgres).url),
    },
    {
      name: 'redis',
      available: redis !== null,
      hasStore: false,
      prepare: () => prepareRedis(required(redis).url),
    },
  ];
}

export function findBackend(name: Backend['name']): Backend {
  const backend = backends().find((candidate) => candidate.name === name);
  if (!backend) throw new Error(`There is no back end ${name}`);
  return backend;
}

export const silent = createLogger('silent');

/** A copy of the template: what `initdb` would make, in a fraction of its time. */
export async function embeddedDirectory(): Promise<ScratchDirectory> {
  const scratch = await scratchDirectory();
  await cp(inject('services').embeddedTemplate, scratch.dir, { recursive: true });
  return scratch;
}

async function prepareEmbedded(): Promise<Place> {
  const { dir, remove } = await embeddedDirectory();
  return onDatabase({ dataDir: dir }, remove);
}

async function preparePostgres(url: string): Promise<Place> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await query(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = name;
  return onDatabase({ url: own.href }, () => query(url, `DROP DATABASE ${name} WITH (FORCE)`));
}

async function prepareRedis(url: string): Promise<Place> {
  const client = new Redis(url);
  // Database 0 counts which of the others are taken; the server has 1024.
  const number = await client.incr('databases');
  await client.quit();
  const own = `${url}/${number}`;
  const queues: Queue[] = [];
  const release = async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.close(0)));
  };
  return {
    address: { redis: own },
    openQueue: async ({ log = silent, ...options } = {}) => {
      const queue = await openRedisQueue({ url: own, log, ...options });
      queues.push(queue);
      return queue;
    },
    openStore: () => Promise.reject(new Error('Redis holds no store')),
    release,
    close: release,
  };
}

function onDatabase(location: DatabaseLocation, remove: () => Promise<unknown>): Place {
  const queues: Queue[] = [];
  const databases: Database[] = [];
  const open = async () => {
    const [first] = databases;
    // One process holds the directory once.
    if (first?.embedded) return first;
    const database = await openDatabase(location);
    databases.push(database);
    return database;
  };
  const release = async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.close(0)));
    await Promise.all(databases.splice(0).map((database) => database.close()));
  };
  return {
    address: location,
    openQueue: async ({ log = silent, ...options } = {}) => {
      const { queueConnection: connection, embedded } = await open();
      const queue = await openPostgresQueue({ connection, embedded, log, ...options });
      queues.push(queue);
      return queue;
    },
    openStore: async () => openStore(await open()),
    release,
    close: async () => {
      await release();
      await remove();
    },
  };
}

async function query(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}

function required<T>(service: T | null): T {
  if (service === null) throw new Error('Its server is not installed');
  return service;
}
