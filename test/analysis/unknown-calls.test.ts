import { describe, expect, it } from 'vitest';
import { hasUnknownCalls } from '../../src/analysis/unknown-calls.ts';
import { situationAfter, situationOfWorld } from '../diagnosis/situation.ts';
import { trainTicket } from '../diagnosis/train.ts';

const NOW = '2026-10-05T03:10:00Z';
const gateway = { kind: 'Deployment', namespace: 'ts', name: 'ts-gateway-service' };

describe('whether it is known whom an entry calls', () => {
  it('is unknown where its settings and logs name nobody', async () => {
    expect(hasUnknownCalls(gateway, await situationOfWorld(trainTicket(NOW)))).toBe(true);
  });

  it('is known where its log names a callee', async () => {
    const world = trainTicket(NOW);
    world.app('ts-gateway-service').logs([
      {
        secondsAgo: 300,
        text: 'ERROR I/O error on GET request for "http://ts-order-service:12031/": Read timed out',
      },
    ]);
    expect(hasUnknownCalls(gateway, await situationOfWorld(world))).toBe(false);
  });

  it('is known where its settings name a callee, and of what nobody calls from outside', async () => {
    const situation = await situationAfter(() => {});
    const shop = (name: string) => ({ kind: 'Deployment', namespace: 'shop', name });
    expect(hasUnknownCalls(shop('frontend'), situation)).toBe(false);
    expect(hasUnknownCalls(shop('payment'), situation)).toBe(false);
  });
});
