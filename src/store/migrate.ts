import { fileURLToPath } from 'node:url';
import type { Database } from './database.ts';
import { drizzle, migrate } from './drizzle.ts';

/** Any number will do, as long as it stays the same and nothing else in the database uses it. */
const MIGRATION_LOCK = 7_267_301_990_218_446n;

/**
 * Brings the database to the newest schema. Processes that start together wait for one another: the migrator
 * itself takes no lock, and two of them would both try to create the same tables. The lock belongs to the
 * connection, so it cannot outlive a process that dies in the middle.
 */
export async function migrateDatabase({ pool }: Database): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
      migrationsSchema: 'probable_cause',
      migrationsTable: 'migrations',
    });
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    client.release();
  } catch (error) {
    // Closing the connection gives the lock back, whatever state it is in.
    client.release(true);
    throw error;
  }
}
