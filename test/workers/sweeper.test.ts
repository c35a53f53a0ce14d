import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import type { Sweep } from '../../workers/sweep.ts';
import { type Sweeper, startSweeper } from '../../workers/sweeper.ts';
import { capturedLog } from '../queue/captured-log.ts';
import { mailbox } from '../queue/mailbox.ts';
import { findBackend, type Place } from '../services/backends.ts';

let place: Place;
let ledger: Store;
const running: Sweeper[] = [];

beforeEach(async () => {
  place = await findBackend('embedded').prepare();
  ledger = await place.openStore();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((sweeper) => sweeper.stop()));
  await place.close();
});

function start(everyMs: number, sweep: Sweep) {
  const outcomes = mailbox<'done' | 'failed'>();
  const { log, lines } = capturedLog();
  const sweeper = startSweeper({
    name: 'sweeper',
    ledger,
    sweep,
    everyMs,
    onSweep: outcomes.put,
    log,
  });
  running.push(sweeper);
  return { sweeper, outcomes, lines };
}

it('sweeps at the start, and again and again', async () => {
  const { outcomes } = start(40, async () => {});
  for (let i = 0; i < 3; i += 1) expect(await outcomes.take()).toBe('done');
});

it('sweeps one at a time, however many workers there are', async () => {
  const turns = mailbox<void>();
  let [at, most] = [0, 0];
  const sweep: Sweep = async () => {
    at += 1;
    most = Math.max(most, at);
    await ledger.ping();
    at -= 1;
    turns.put();
  };
  for (let worker = 0; worker < 5; worker += 1) start(1_000, sweep);
  for (let i = 0; i < 2; i += 1) await turns.take();
  expect(most).toBe(1);
});

it('goes on after a sweep that failed, and says why', async () => {
  let failures = 1;
  const { outcomes, lines } = start(40, async () => {
    if (failures-- > 0) throw new Error('the store is away');
  });
  expect([await outcomes.take(), await outcomes.take()]).toEqual(['failed', 'done']);
  expect(lines.join('')).toContain('the store is away');
});

it('ends a sweep that lasts longer than its turn, and one that runs when it is stopped', async () => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const { outcomes } = start(40, untilAborted);
  expect(await outcomes.take()).toBe('failed');

  const begun = mailbox<void>();
  const sweeper = startSweeper({
    name: 'sweeper',
    ledger: { claimEffect: async () => ({ before: null }) },
    sweep: (signal) => {
      begun.put();
      return untilAborted(signal);
    },
    everyMs: 60_000,
    onSweep: () => {},
    log: capturedLog().log,
  });
  await begun.take();
  await sweeper.stop();
});
