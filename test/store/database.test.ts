import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { findBackend, type Place } from '../services/backends.ts';
import { aDelivery, anIncident } from './samples.ts';

const postgres = findBackend('postgres');

describe('a database that cannot be reached', () => {
  test('is named without its password', async () => {
    const opening = openDatabase({ url: 'postgres://someone:hunter2@127.0.0.1:1/triage' });
    await expect(opening).rejects.toThrow(
      /PostgreSQL \(DATABASE_URL, 127.0.0.1:1\/triage\) does not answer: .*ECONNREFUSED/,
    );
    await expect(opening).rejects.not.toThrow(/hunter2/);
  });

  test('is told apart from a text that is no URL', async () => {
    await expect(openDatabase({ url: 'localhost with password hunter2' })).rejects.toThrow(
      'PostgreSQL (DATABASE_URL, not a URL) does not answer',
    );
  });
});

describe.skipIf(!postgres.available)('a PostgreSQL database', () => {
  let place: Place;
  let url: string;
  beforeAll(async () => {
    place = await postgres.prepare();
    if (!('url' in place.address)) throw new Error('PostgreSQL has a URL');
    url = place.address.url;
  });
  afterAll(() => place.close());

  test('is brought up to date by several processes that start together', async () => {
    const stores = await Promise.all([1, 2, 3, 4].map(() => place.openStore()));
    const incident = anIncident();
    await stores[0]?.record(incident.groupId, aDelivery(), () => ({
      decision: { kind: 'open', reason: 'first-seen' },
      incident,
    }));
    expect(await stores[3]?.incident(incident.id)).toEqual(incident);
  });

  test('may break the connection of a transaction between two queries: only that one fails', async () => {
    const database = await openDatabase({ url });
    const client = await database.pool.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  test('is left as it is when it is up to date', async () => {
    await (await openStore(await openDatabase({ url }))).close();
    const database = await openDatabase({ url });
    const count = 'SELECT count(*)::int AS n FROM probable_cause.migrations';
    const before = await database.pool.query(count);
    await openStore(database);
    expect((await database.pool.query(count)).rows).toEqual(before.rows);
    await database.close();
  });

  test('holds nothing of ours outside our two schemas', async () => {
    const queue = await place.openQueue();
    await queue.ping();
    await place.openStore();
    const database = await openDatabase({ url });
    const { rows } = await database.pool.query(
      `SELECT DISTINCT table_schema AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(rows).toEqual([{ name: 'probable_cause' }, { name: 'probable_cause_queue' }]);
    await database.close();
  });

  test('keeps the options of its URL beside the search path of the queue', async () => {
    const withOptions = new URL(url);
    withOptions.searchParams.set('options', '-c statement_timeout=12345');
    const database = await openDatabase({ url: withOptions.href });
    expect(database.queueConnection.options).toBe('-c statement_timeout=12345');
    const { rows } = await database.pool.query('SHOW statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '12345ms' }]);
    await database.close();
  });

  test('says which row is not what this version writes', async () => {
    const store = await place.openStore();
    const incident = anIncident();
    await store.record(incident.groupId, aDelivery(), () => ({
      decision: { kind: 'open', reason: 'first-seen' },
      incident,
    }));
    const database = await openDatabase({ url });
    await database.pool.query(
      `UPDATE probable_cause.incidents SET document = '{"id": 1}' WHERE id = $1`,
      [incident.id],
    );
    await database.close();
    await expect(store.incident(incident.id)).rejects.toThrow(
      `Incident ${incident.id} in the database is not what this version`,
    );
  });

  test('survives the loss of its idle connections', async () => {
    const database = await openDatabase({ url });
    const { postgres: server } = inject('services');
    const admin = await openDatabase({ url: server?.url ?? '' });
    await admin.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [new URL(url).pathname.slice(1)],
    );
    await expect
      .poll(() =>
        database.pool.query('SELECT 1').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await admin.close();
    await database.close();
  });
});
