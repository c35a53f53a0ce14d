import { describe, expect, it } from 'vitest';
import { servicePort } from '../../../src/analysis/analysers/traffic/service-port.ts';
import { serviceSelector } from '../../../src/analysis/analysers/traffic/service-selector.ts';
import { cited, situationAfter } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

const ANALYSERS = [serviceSelector, servicePort];
/** From here on a finding names a cause. */
const SURE = 0.6;

function ports(world: World, service: string, ...list: Record<string, unknown>[]): void {
  world.patch('Service', service, { spec: { ports: list } });
}

async function blamed(arrange: (world: World) => void): Promise<string[]> {
  return cited(ANALYSERS, await situationAfter(arrange))
    .filter(({ score }) => score >= SURE)
    .map(({ object }) => object.name);
}

describe('Services that do not lead to their pods', () => {
  it.each<[string, (world: World) => void, string]>([
    [
      'whose selector no pod has',
      (world) => {
        world.patch('Service', 'cart', { spec: { selector: { app: 'carts' } } });
        world.syncEndpoints('cart');
      },
      'cart',
    ],
    [
      'whose selector has one label too many',
      (world) => {
        world.patch('Service', 'ads', { spec: { selector: { version: 'v9' } } });
        world.syncEndpoints('ads');
      },
      'ads',
    ],
    [
      'whose target port is the name of none',
      (world) => ports(world, 'payment', { port: 50051, targetPort: 'grpc' }),
      'payment',
    ],
    [
      'whose target port is not the one that is declared and probed',
      (world) => ports(world, 'payment', { port: 50051, targetPort: 50052 }),
      'payment',
    ],
    [
      'that is one of two of a store, selects a role nobody plays, and is where a client is sent',
      (world) => {
        world.create(
          'v1',
          'Service',
          { name: 'orders-db-leader' },
          { spec: { selector: { app: 'orders-db', role: 'leader' }, ports: [{ port: 5432 }] } },
        );
        world.app('orders').setEnv({ DB_HOST: 'orders-db-leader' });
      },
      'orders-db-leader',
    ],
    [
      'by UDP to a container that listens by TCP',
      (world) => ports(world, 'payment', { port: 50051, targetPort: 50051, protocol: 'UDP' }),
      'payment',
    ],
  ])('blames one %s', async (_, arrange, service) => {
    expect(await blamed(arrange)).toEqual([service]);
  });

  it.each<[string, (world: World) => void]>([
    ['a healthy shop', () => {}],
    [
      'a Service of another port number than its container',
      (world) => ports(world, 'payment', { port: 80, targetPort: 50051 }),
    ],
    [
      'a container that declares no ports but is probed on the one',
      (world) => world.app('payment').patchContainer({ ports: null }),
    ],
    [
      'a container that is told a port that it does not declare',
      (world) => {
        world.app('payment').setEnv({ PORT: '50099' });
        ports(world, 'payment', { port: 50051, targetPort: 50099 });
      },
    ],
    [
      'a second port, for metrics, that is not declared and that nobody calls',
      (world) =>
        ports(
          world,
          'payment',
          { name: 'grpc', port: 50051, targetPort: 50051 },
          { name: 'metrics', port: 9464, targetPort: 9464 },
        ),
    ],
    [
      'a Service without a selector, whose endpoints somebody writes',
      (world) =>
        world.create('v1', 'Service', { name: 'legacy' }, { spec: { ports: [{ port: 80 }] } }),
    ],
    [
      'a Service for the blue of a blue and green pair',
      (world) => {
        world.deploy({ name: 'email-blue', port: 8080 });
        world.patch('Service', 'email', { spec: { selector: { app: 'email-blue' } } });
        world.syncEndpoints('email');
      },
    ],
    [
      'a workload that was scaled to zero',
      (world) => {
        world.patch('Deployment', 'ads', { spec: { replicas: 0 } });
        world.app('ads').losePods(9);
      },
    ],
  ])('blames none for %s', async (_, arrange) => {
    expect(await blamed(arrange)).toEqual([]);
  });
});
