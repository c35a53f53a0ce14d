import { createRequire } from 'node:module';

/**
 * Drizzle in its CommonJS build, which is the same code. For each of the hundred files of its ES modules Node looks
 * for their type in the package.json above them, and parses the 179 kB of exports there each time: half a second
 * and 180 MB of garbage whenever a process starts. Of files that end in .cjs it knows the type.
 */
const load = createRequire(import.meta.url);
const orm: typeof import('drizzle-orm') = load('drizzle-orm');
const core: typeof import('drizzle-orm/pg-core') = load('drizzle-orm/pg-core');
const node: typeof import('drizzle-orm/node-postgres') = load('drizzle-orm/node-postgres');
const migrator: typeof import('drizzle-orm/node-postgres/migrator') = load(
  'drizzle-orm/node-postgres/migrator',
);

export const { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, ne, or, sql } =
  orm;
export const { DrizzleQueryError } = orm;
export const { alias, bigint, doublePrecision, index, integer, json } = core;
export const { pgSchema, primaryKey, text, timestamp } = core;
export const { drizzle } = node;
export const { migrate } = migrator;
