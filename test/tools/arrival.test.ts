import { expect, it } from 'vitest';
import { arrivedJson, arrivedLines } from '../../src/tools/arrival.ts';
import { redact } from './run.ts';

it('redacts every text of JSON but those under keys that are not looked at', async () => {
  const secret = 'password=hunter2';
  const answer = {
    items: [{ message: secret, restarts: 3 }, secret],
    continue: secret,
    data: null,
  };
  const hidden = redact(secret);
  expect(await arrivedJson(answer, redact, ['continue'])).toEqual({
    items: [{ message: hidden, restarts: 3 }, hidden],
    continue: secret,
    data: null,
  });
});

it('finds a secret that something unseen splits', async () => {
  expect(await arrivedLines(['pass\u200bword=hun\u200dter2\r'], redact)).toEqual([
    redact('password=hunter2'),
  ]);
});

it('lets others have their turn while it reads much', async () => {
  let turns = 0;
  let next = setImmediate(function again() {
    turns += 1;
    next = setImmediate(again);
  });
  const lines = Array.from({ length: 10_000 }, (_, n) => `${n} ${'word '.repeat(20)}`);
  expect(await arrivedLines(lines, redact)).toEqual(lines);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(10);
});
