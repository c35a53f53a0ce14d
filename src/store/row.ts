import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { z } from 'zod';

/** A connection pool or one transaction: the operations do not care. */
export type Executor = PgDatabase<NodePgQueryResultHKT>;

/**
 * Rows are data too: an older or newer version, or a person, may have written them.
 * @throws Error that names the row and what is wrong with it.
 */
export function parseRow<T extends z.ZodType>(type: T, value: unknown, row: string): z.output<T> {
  const parsed = type.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${row} in the database is not what this version of probable-cause writes: ` +
      `${z.prettifyError(parsed.error)}. Was it written by a newer version?`,
  );
}
