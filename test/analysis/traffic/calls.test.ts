import { describe, expect, it } from 'vitest';
import { dependencyDown } from '../../../src/analysis/analysers/traffic/dependency-down.ts';
import { networkDegraded } from '../../../src/analysis/analysers/traffic/network-degraded.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

function says(world: World, app: string, text: string): void {
  world.app(app).logs([500, 300, 100].map((secondsAgo) => ({ secondsAgo, text })));
}

describe('calls that fail', () => {
  it.each<[string, (world: World) => void, string[]]>([
    [
      'are blamed on the end of the chain that waits',
      (world) => {
        says(world, 'frontend', 'error: context deadline exceeded: checkout:5050');
        says(world, 'checkout', 'error: dial tcp payment:50051: i/o timeout');
      },
      ['network-degraded Deployment payment'],
    ],
    [
      'are blamed on the one for whom everybody is late',
      (world) => {
        says(world, 'checkout', 'error: dial tcp payment:50051: i/o timeout');
        says(world, 'checkout', 'java.net.SocketTimeoutException: Read timed out: cart:7070');
      },
      ['network-degraded Deployment checkout'],
    ],
    [
      'are not blamed on anybody for a single timeout',
      (world) =>
        world
          .app('checkout')
          .logs([{ secondsAgo: 300, text: 'error: dial tcp payment:50051: i/o timeout' }]),
      [],
    ],
    [
      'are blamed on the one that refuses',
      (world) => says(world, 'frontend', 'connect ECONNREFUSED ads:9555'),
      ['dependency-down Deployment ads'],
    ],
    [
      'are blamed on a third party that is named by its domain',
      (world) =>
        says(
          world,
          'payment',
          'error: Post "https://api.cards.example.com/v1": EOF, connection reset by peer',
        ),
      ['third-party-outage External api.cards.example.com'],
    ],
    [
      'are not blamed on a class whose name looks like a host',
      (world) =>
        says(
          world,
          'orders',
          'ERROR org.hibernate.engine.jdbc.spi.SqlExceptionHelper: request timed out',
        ),
      [],
    ],
  ])('%s', async (_, arrange, expected) => {
    const situation = await situationAfter(arrange);
    expect(told([networkDegraded, dependencyDown], situation)).toEqual(expected);
  });
});
