import pg from 'pg';
import { DirectoryInUse } from './directory-lock.ts';
import type { EmbeddedDatabase } from './embedded.ts';

export type DatabaseLocation =
  | { url: string }
  | {
      dataDir: string;
      /** Where another process has the directory, use that one's database instead of refusing. */
      attach?: boolean;
    };

/** How the queue connects for itself: it needs connections of its own, and a schema for its own names. */
type QueueConnection = {
  connectionString?: string;
  options?: string;
  host?: string;
  user?: string;
  database?: string;
  max: number;
  connectionTimeoutMillis: number;
  keepAlive: boolean;
  schema: string;
};

/** One PostgreSQL, wherever it runs. */
export interface Database {
  pool: pg.Pool;
  queueConnection: QueueConnection;
  embedded: boolean;
  /** Idempotent. What uses the database (store, queue) must be closed before. */
  close(): Promise<void>;
}

/** Not `bullmq`, its default: a shared database may hold another program's queues. */
const QUEUE_SCHEMA = 'probable_cause_queue';

const CONNECT = { connectionTimeoutMillis: 5_000, keepAlive: true };
const STORE_POOL = { ...CONNECT, max: 10 };
/** Of each queue and each worker: they hold a connection for one statement only. */
const QUEUE_POOL = { ...CONNECT, max: 4, schema: QUEUE_SCHEMA };

/**
 * Opens the PostgreSQL at a URL, or the embedded one in a directory, and makes sure that it answers.
 *
 * @throws DirectoryInUse when another process has the directory and `attach` is not set.
 * @throws Error in words that name the place, without its password, when it does not answer.
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  if ('url' in location) {
    const address = addressOf(location.url);
    return connect(address, `PostgreSQL (DATABASE_URL, ${placeOf(location.url)})`, null);
  }
  const { dataDir, attach = false } = location;
  const server = await openDirectory(dataDir, attach);
  const address = { host: server.socketDirectory, user: 'postgres', database: 'postgres' };
  return connect(address, `The database in ${dataDir}`, server);
}

async function openDirectory(dataDir: string, attach: boolean): Promise<EmbeddedDatabase> {
  // Loaded here: it is a whole PostgreSQL, which who has one elsewhere need not load.
  const { attachEmbedded, startEmbedded } = await import('./embedded.ts');
  try {
    return await startEmbedded(dataDir, QUEUE_SCHEMA);
  } catch (error) {
    if (attach && error instanceof DirectoryInUse) return attachEmbedded(dataDir);
    throw error;
  }
}

type Address = Pick<QueueConnection, 'connectionString' | 'options' | 'host' | 'user' | 'database'>;

async function connect(
  address: Address,
  place: string,
  server: EmbeddedDatabase | null,
): Promise<Database> {
  const pool = new pg.Pool({ ...address, ...STORE_POOL });
  // An idle connection that breaks is replaced at the next query, which tells if it cannot be. Without a
  // listener the event would end the process.
  pool.on('error', () => {});
  // So would one that breaks between two queries of a transaction: the next of them is told, nobody else need be.
  pool.on('connect', (client) => client.on('error', () => {}));
  let closing: Promise<void> | null = null;
  const close = async () => {
    await pool.end();
    await server?.close();
  };
  const database: Database = {
    pool,
    queueConnection: { ...address, ...QUEUE_POOL },
    embedded: server !== null,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await database.close();
    throw new Error(`${place} does not answer: ${reasonOf(error)}`);
  }
  return database;
}

/**
 * An `options` parameter of the URL would win over the one that the queue sets to choose its schema; as a
 * setting of its own the two are joined.
 */
function addressOf(url: string): Address {
  if (!URL.canParse(url)) return { connectionString: url };
  const parsed = new URL(url);
  const options = parsed.searchParams.get('options');
  if (options === null) return { connectionString: url };
  parsed.searchParams.delete('options');
  return { connectionString: parsed.href, options };
}

/** Host, port and database: never user or password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'not a URL';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** A refused connection to a name with two addresses is an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
