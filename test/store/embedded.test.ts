import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { DirectoryInUse } from '../../src/store/directory-lock.ts';
import { openStore } from '../../src/store/open.ts';
import { embeddedDirectory } from '../services/backends.ts';
import { startChild } from '../services/child.ts';
import { aDelivery, anIncident } from './samples.ts';

const WRITER = new URL('writer.ts', import.meta.url);

describe('the embedded database', () => {
  let dir: string;
  const cleanUp: (() => unknown)[] = [];
  beforeEach(async () => {
    const copy = await embeddedDirectory();
    dir = copy.dir;
    cleanUp.push(copy.remove);
  });
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  async function open(dataDir = dir, attach = false): Promise<Database> {
    const database = await openDatabase({ dataDir, attach });
    cleanUp.push(() => database.close());
    return database;
  }

  test('loses nothing that was acknowledged when its process is killed in the middle of writing', async () => {
    const writer = startChild(WRITER, dir);
    const acknowledged: string[] = [];
    for (let i = 0; i < 20; i++) acknowledged.push(await writer.line());
    acknowledged.push(...(await writer.kill()));

    const store = await openStore(await open());
    const found = await store.incidents({ limit: 100_000, before: null });
    const ids = new Set(found.map((incident) => incident.id));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('refuses a second process in words that name the directory and what to do', async () => {
    const writer = startChild(WRITER, dir);
    cleanUp.push(() => writer.kill());
    await writer.line();

    const refused = openDatabase({ dataDir: dir });
    await expect(refused).rejects.toThrow(DirectoryInUse);
    await expect(refused).rejects.toThrow(
      `Another probable-cause process is working in the data directory ${dir}`,
    );
    await expect(refused).rejects.toThrow(/DATA_DIR.*DATABASE_URL/);
  });

  test('can be read through the process that has it', async () => {
    const writer = startChild(WRITER, dir);
    cleanUp.push(() => writer.kill());
    const id = await writer.line();

    const store = await openStore(await open(dir, true));
    expect(await store.incident(id)).toMatchObject({ id });
  });

  test('says so when the process that has it does not answer', async () => {
    const holder = await open();
    await holder.pool.query('SELECT 1');
    await rename(join(dir, '.s.PGSQL.5432'), join(dir, 'elsewhere'));
    await expect(openDatabase({ dataDir: dir, attach: true })).rejects.toThrow(
      `The database in ${dir} does not answer`,
    );
  });

  test('is there for the next who opens it after it was closed', async () => {
    const first = await openDatabase({ dataDir: dir });
    await first.close();
    await first.close();
    await (await open()).pool.query('SELECT 1');
  });

  test('starts where a process was killed while it made the database', async () => {
    const fresh = join(dir, 'fresh');
    await mkdir(join(fresh, 'postgres.unfinished'), { recursive: true });
    await writeFile(join(fresh, 'postgres.unfinished', 'PG_VERSION'), '17\n');
    await (await open(fresh)).pool.query('SELECT 1');
    expect(existsSync(join(fresh, 'postgres.unfinished'))).toBe(false);
  });

  test('says so when the directory cannot be used', async () => {
    const file = join(dir, 'file');
    await writeFile(file, '');
    await expect(openDatabase({ dataDir: file })).rejects.toThrow(
      `The data directory ${file} (DATA_DIR) could not be opened`,
    );
  });

  test('says so when a file stands where the database should be', async () => {
    const fresh = join(dir, 'fresh');
    await mkdir(fresh);
    await writeFile(join(fresh, 'postgres'), '');
    await expect(openDatabase({ dataDir: fresh })).rejects.toThrow(
      `could not be opened: ${join(fresh, 'postgres')} is a file and should be a folder. It must`,
    );
  });

  test('serves a directory whose path is too long for a socket', async () => {
    const long = join(dir, 'x'.repeat(120));
    await mkdir(long);
    await rename(join(dir, 'postgres'), join(long, 'postgres'));
    await (await open(long)).pool.query('SELECT 1');
    await (await open(long, true)).pool.query('SELECT 1');
    expect(existsSync(join(long, '.s.PGSQL.5432'))).toBe(true);
  });

  test('answers many connections at once, each with its own rows', async () => {
    const { pool } = await open();
    const ask = async (n: number) => {
      // Each statement is another, and half of the batches need more than one read from their socket: others
      // get in between there.
      const text = 'x'.repeat(n % 2 ? 300_000 : 1);
      const { rows } = await pool.query(`SELECT $1::int + ${n} AS n, length($2) AS size`, [
        n,
        text,
      ]);
      return rows[0];
    };
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    expect(await Promise.all(numbers.map(ask))).toEqual(
      numbers.map((n) => ({ n: 2 * n, size: n % 2 ? 300_000 : 1 })),
    );
  });

  test('keeps a transaction apart from statements of other connections', async () => {
    const { pool } = await open();
    await pool.query('CREATE TABLE t (n int)');
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO t VALUES ($1)', [1]);
    const other = pool.query('SELECT count(*)::int AS n FROM t');
    await client.query('ROLLBACK');
    client.release();
    expect((await other).rows).toEqual([{ n: 0 }]);
  });

  test('serves others after a client vanished in the middle of a failed batch and transaction', async () => {
    const { pool, queueConnection } = await open();
    const path = join(queueConnection.host ?? '', '.s.PGSQL.5432');
    const client = new pg.Client({ host: dir, user: 'postgres', database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    await client.query('BEGIN');
    // A Parse that fails, and no Sync after it.
    const raw = createConnection(path);
    cleanUp.push(() => raw.destroy());
    const socket = Reflect.get(Reflect.get(client, 'connection'), 'stream');
    const statement = Buffer.from('\0SELECT nonsense FROM nowhere\0\0\0');
    const length = Buffer.alloc(4);
    length.writeInt32BE(4 + statement.length);
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(Buffer.concat([Buffer.from('P'), length, statement]));
    await answered;
    socket.destroy();

    const { rows } = await pool.query('SELECT $1::int AS n', [7]);
    expect(rows).toEqual([{ n: 7 }]);
    await pool.query('CREATE TABLE after_it (n int)');
  });

  test('keeps incidents from one opening to the next', async () => {
    const incident = anIncident();
    const first = await openStore(await openDatabase({ dataDir: dir }));
    await first.record(incident.groupId, aDelivery(), () => ({
      decision: { kind: 'open', reason: 'first-seen' },
      incident,
    }));
    await first.close();
    const second = await openStore(await open());
    expect(await second.incident(incident.id)).toEqual(incident);
  });
});
