import { describe, expect, it } from 'vitest';
import { stores } from '../../../src/analysis/analysers/stores/index.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

function says(world: World, name: string, text: string, from = 1_500): void {
  world.app(name).logs(
    Array.from({ length: Math.floor(from / 120) }, (_, index) => ({
      secondsAgo: 60 + index * 120,
      text,
    })),
    world.app(name).pods,
  );
}

describe('what goes wrong with stores', () => {
  it.each<[string, (world: World) => void, string]>([
    [
      'a client that finds no connection left',
      (world) => says(world, 'orders', 'FATAL: sorry, too many clients already'),
      'connection-pool-exhausted StatefulSet orders-db',
    ],
    [
      'a store that says so itself',
      (world) => says(world, 'orders-db', 'FATAL:  sorry, too many clients already'),
      'connection-pool-exhausted StatefulSet orders-db',
    ],
    [
      'a pool of a client, with a store that is well',
      (world) =>
        says(
          world,
          'orders',
          'HikariPool-1 - Connection is not available, request timed out after 30000ms.',
        ),
      'connection-pool-exhausted Deployment orders',
    ],
    [
      'a store that refuses writes',
      (world) => says(world, 'orders', 'ERROR: cannot execute UPDATE in a read-only transaction'),
      'database-read-only StatefulSet orders-db',
    ],
    [
      'a client with a wrong password',
      (world) => says(world, 'orders', 'password authentication failed for user "orders"'),
      'store-credentials Deployment orders',
    ],
    [
      'a store that alone tells of a wrong password',
      (world) =>
        says(world, 'orders-db', 'FATAL:  password authentication failed for user "orders"'),
      'store-credentials Deployment orders',
    ],
    [
      'a client at a port that its store does not serve',
      (world) => {
        world.app('orders').crash({
          exitCode: 1,
          log: [
            'connection to server at "orders-db" (10.96.8.8), port 5433 failed: Connection refused',
          ],
        });
      },
      'store-credentials Deployment orders',
    ],
  ])('is told: %s', async (_, arrange, expected) => {
    expect(told(stores, await situationAfter(arrange))[0]).toBe(expected);
  });

  it.each<[string, (world: World) => void]>([
    ['a shop that is well', () => {}],
    [
      'a store that is down, by its client',
      (world) => {
        world
          .app('orders-db')
          .crash({ exitCode: 1, log: ['PANIC:  could not locate a valid checkpoint record'] });
        world.app('orders').crash({
          exitCode: 1,
          log: [
            'connection to server at "orders-db" (10.96.8.8), port 5432 failed: Connection refused',
          ],
        });
      },
    ],
    [
      'a slow statement that is as slow every day',
      (world) => says(world, 'orders-db', 'LOG:  duration: 2210.5 ms  statement: VACUUM', 8_000),
    ],
    [
      'a refusal that was over before the symptom',
      (world) =>
        world
          .app('orders')
          .logs([{ secondsAgo: 3_500, text: 'FATAL: sorry, too many clients already' }]),
    ],
  ])('is not what this is: %s', async (_, arrange) => {
    expect(told(stores, await situationAfter(arrange))).toEqual([]);
  });
});
