import { describe, expect, it } from 'vitest';
import { askedInVain } from '../../../src/analysis/analysers/traffic/asked-in-vain.ts';
import { situationAfter, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

function says(world: World, app: string, text: string, times = 4): void {
  world
    .app(app)
    .logs(Array.from({ length: times }, (_, index) => ({ secondsAgo: 700 - index * 60, text })));
}

const java = (url: string) =>
  `ERROR I/O error on GET request for "http://${url}/v1": connect timed out; nested exception is java.net.SocketTimeoutException: connect timed out`;
const unknown = (name: string) =>
  `java.net.UnknownHostException: failed to resolve '${name}' after 4 queries `;

describe('names and ports that callers ask for in vain', () => {
  it.each<[string, (world: World) => void, string[]]>([
    [
      'the Service, where its pods listen where they are asked',
      (world) => {
        world.patch('Service', 'shipping', {
          spec: { ports: [{ port: 50025, targetPort: 50052 }] },
        });
        says(world, 'ads', java('shipping:50052'));
      },
      ['service-selector-mismatch Service shipping'],
    ],
    [
      'the one caller that asks for a port that nobody has',
      (world) => says(world, 'ads', java('shipping:50025')),
      ['bad-configuration Deployment ads'],
    ],
    [
      'the one caller that has the name wrong',
      (world) => says(world, 'ads', unknown('shipping-svc')),
      ['bad-configuration Deployment ads'],
    ],
  ])('blames %s', async (_, arrange, expected) => {
    expect(told([askedInVain], await situationAfter(arrange))).toEqual(expected);
  });

  it.each<[string, (world: World) => void]>([
    ['a port that the Service has', (world) => says(world, 'ads', java('shipping:50052'))],
    ['a single line', (world) => says(world, 'ads', java('shipping:50025'), 1)],
    ['a name that resembles none', (world) => says(world, 'ads', unknown('legacy-tax'))],
    [
      'a Service that is gone: its workload still has the name',
      (world) => {
        world.remove('Service', 'shipping');
        says(world, 'ads', unknown('shipping'));
      },
    ],
    [
      'a name that several ask for',
      (world) => {
        says(world, 'ads', unknown('shipping-svc'));
        says(world, 'email', unknown('shipping-svc'));
      },
    ],
    [
      "a pod's own address",
      (world) => {
        const { status } = world.app('shipping').pod;
        const ip = JSON.stringify(status).match(/"podIP":"([\d.]+)"/)?.[1] ?? '';
        says(world, 'ads', java(`${ip}:9901`));
      },
    ],
  ])('is silent about %s', async (_, arrange) => {
    expect(told([askedInVain], await situationAfter(arrange))).toEqual([]);
  });
});
