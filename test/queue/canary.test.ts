import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { type Canary, startCanary } from '../../src/queue/canary.ts';
import { QueueUnavailable } from '../../src/queue/queue.ts';
import { backends, findBackend } from '../services/backends.ts';
import { mailbox } from './mailbox.ts';

/** A canary over a queue that the test plays, at a time that the test tells. */
async function play(behaviour: { takes: boolean; delivers: boolean }) {
  const sent = mailbox<'held' | 'refused'>();
  let time = 0;
  const canary: Canary = await startCanary({
    queue: {
      canary: async (arrived) => async () => {
        sent.put(behaviour.takes ? 'held' : 'refused');
        if (!behaviour.takes) throw new QueueUnavailable('gone');
        if (behaviour.delivers) arrived();
      },
    },
    everyMs: 1,
    now: () => time,
  });
  const rounds = async (n: number) => {
    for (let i = 0; i < n; i += 1) await sent.take();
  };
  return {
    canary,
    behaviour,
    rounds,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

it('is not stuck while its jobs come through', async () => {
  const { canary, rounds, pass } = await play({ takes: true, delivers: true });
  await rounds(2);
  pass(60_000);
  await rounds(2);
  expect(canary.stuckMs()).toBe(0);
  await canary.stop();
});

it('is stuck from the first job on that waits, and no more once one comes through', async () => {
  const { canary, rounds, pass, behaviour } = await play({ takes: true, delivers: false });
  await rounds(2);
  pass(60_000);
  await rounds(2);
  expect(canary.stuckMs()).toBe(60_000);
  behaviour.delivers = true;
  await rounds(2);
  expect(canary.stuckMs()).toBe(0);
  await canary.stop();
});

it('cannot tell, and so is not stuck, while the queue takes nothing', async () => {
  const { canary, rounds, pass, behaviour } = await play({ takes: true, delivers: false });
  await rounds(2);
  behaviour.takes = false;
  await rounds(2);
  pass(600_000);
  expect(canary.stuckMs()).toBe(0);
  behaviour.takes = true;
  await rounds(2);
  pass(5_000);
  expect(canary.stuckMs()).toBe(5_000);
  await canary.stop();
});

it.each(backends().filter(({ available }) => available))(
  'comes through on $name, to the process that sent it',
  async ({ prepare }) => {
    const place = await prepare();
    const [one, two] = [mailbox<string>(), mailbox<string>()];
    const sendOne = await (await place.openQueue()).canary(() => one.put('one'));
    const sendTwo = await (await place.openQueue()).canary(() => two.put('two'));
    await sendTwo();
    expect(await two.take()).toBe('two');
    await sendOne();
    expect(await one.take()).toBe('one');
    const again = async () => {
      // One that comes while the last is being ended is left out.
      await sendOne();
      return one.items.length;
    };
    await expect.poll(again).toBeGreaterThan(0);
    expect(two.items).toEqual([]);
    await place.close();
  },
);

it.skipIf(!findBackend('redis').available)('leaves nothing behind when it is closed', async () => {
  const place = await findBackend('redis').prepare();
  if (!('redis' in place.address)) throw new Error('it is not on Redis');
  const queue = await place.openQueue();
  const arrived = mailbox<string>();
  const send = await queue.canary(() => arrived.put('canary'));
  await send();
  await arrived.take();
  const client = new Redis(place.address.redis);
  expect(await client.keys('*:canary-*')).not.toEqual([]);
  await queue.close(1_000);
  expect(await client.keys('*:canary-*')).toEqual([]);
  await client.quit();
});
