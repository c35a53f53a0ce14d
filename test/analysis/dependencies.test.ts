import { describe, expect, it } from 'vitest';
import { situationAfter } from '../diagnosis/situation.ts';
import type { World } from '../diagnosis/world.ts';

const CALLER = { kind: 'Deployment', namespace: 'shop', name: 'ads' };

async function needs(arrange: (world: World) => void): Promise<string[]> {
  const { dependencies } = await situationAfter(arrange);
  return dependencies
    .needs(CALLER)
    .filter(({ kind }) => kind === 'Service' || kind === 'Deployment')
    .map(({ kind, name }) => `${kind} ${name}`);
}

describe('who needs whom', () => {
  it.each<[string, (world: World) => void, string[]]>([
    [
      'a variable with a host and a port',
      (w) => w.app('ads').setEnv({ X: 'cart:7070' }),
      ['Service cart'],
    ],
    [
      'a full name',
      (w) => w.app('ads').setEnv({ X: 'http://cart.shop.svc.cluster.local/a' }),
      ['Service cart'],
    ],
    [
      'the URL of a store',
      (w) => w.app('ads').setEnv({ X: 'jdbc:postgresql://orders-db:5432/o' }),
      ['Service orders-db'],
    ],
    [
      'an argument',
      (w) => w.app('ads').patchContainer({ args: ['--catalog-addr=catalog:3550'] }),
      ['Service catalog'],
    ],
    [
      'a call that failed, in a log',
      (w) =>
        w
          .app('ads')
          .logs([{ secondsAgo: 300, text: 'error: lookup email on 10.96.0.10:53: no such host' }]),
      ['Service email'],
    ],
    [
      'an address in a log',
      (w) =>
        w
          .app('ads')
          .logs([
            { secondsAgo: 300, text: 'ERROR I/O error on GET request for "http://cart:7070/api"' },
          ]),
      ['Service cart'],
    ],
    [
      'a policy that lets it in',
      (w) =>
        void w.create(
          'networking.k8s.io/v1',
          'NetworkPolicy',
          { name: 'p' },
          {
            spec: {
              podSelector: { matchLabels: { app: 'email' } },
              ingress: [{ from: [{ podSelector: { matchLabels: { app: 'ads' } } }] }],
            },
          },
        ),
      ['Deployment email'],
    ],
    ['a word that is the name of a Service', (w) => w.app('ads').setEnv({ MODE: 'fast cart' }), []],
    ['its own name', (w) => w.app('ads').setEnv({ SELF: 'ads:9555' }), []],
  ])('is known by %s', async (_, arrange, expected) => {
    expect(await needs((world) => void arrange(world))).toEqual(expected);
  });
});
