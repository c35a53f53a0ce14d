import { expect, it } from 'vitest';
import { change } from '../../../src/analysis/analysers/change/index.ts';
import { cited, situationAfter } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

const ALERT = { name: 'HighErrorRate', labels: { service: 'checkout' } };

function release(world: World, name: string, secondsAgo: number): void {
  world
    .app(name)
    .rollout(secondsAgo, { container: { image: `registry.example/shop/${name}:2.0.0` } });
}

async function found(arrange: (world: World) => void) {
  return cited(change, await situationAfter(arrange, ALERT));
}

it('blames a release whose pods crash since', async () => {
  const [first] = await found((world) => {
    release(world, 'payment', 1200);
    world.app('payment').crash({ exitCode: 1, secondsAgo: 1150 });
  });
  expect(first).toMatchObject({ failureMode: 'bad-release', object: { name: 'payment' } });
  expect(first?.score).toBeGreaterThan(0.6);
});

it('only mentions a release on the chain that nothing links to the symptom', async () => {
  const [first] = await found((world) => release(world, 'payment', 1200));
  expect(first?.score).toBeLessThanOrEqual(0.35);
  expect(first?.statement).toContain('was changed at');
});

it('does not blame a release for the crash of what it needs', async () => {
  const [first] = await found((world) => {
    release(world, 'checkout', 1200);
    world.app('payment').crash({ exitCode: 1, secondsAgo: 1100 });
    world.app('checkout').logs([
      { secondsAgo: 1050, text: 'level=error msg="charge failed: connection refused"' },
      { secondsAgo: 1040, text: 'level=error msg="charge failed: connection refused"' },
    ]);
  });
  expect(first?.score).toBeLessThanOrEqual(0.35);
});

it.each<[string, (world: World) => void]>([
  ['came after the symptom', (world) => release(world, 'payment', 300)],
  ['is of something that nothing here needs', (world) => release(world, 'ads', 1200)],
])('leaves out a release that %s', async (_, arrange) => {
  expect(await found(arrange)).toEqual([]);
});
