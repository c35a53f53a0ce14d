import { expect, test } from 'vitest';
import { createErrorLog, messageOf } from '../../src/queue/error-log.ts';
import { capturedLog } from './captured-log.ts';

test('an error that repeats is logged once in ten seconds, with how often it was left out', () => {
  const { log, lines } = capturedLog();
  let now = 0;
  const logError = createErrorLog(log, () => now);
  for (now = 0; now < 10_000; now += 1_000) logError('Redis', new Error('refused'));
  logError('Redis', new Error('refused'));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'Redis', error: 'refused', leftOut: 0 },
    { msg: 'Redis', error: 'refused', leftOut: 9 },
  ]);
});

test('different errors do not silence each other', () => {
  const { log, lines } = capturedLog();
  const logError = createErrorLog(log, () => 0);
  logError('Redis', new Error('refused'));
  logError('Redis', new Error('reset'));
  logError('Worker', new Error('refused'));
  expect(lines).toHaveLength(3);
});

test('only the message is logged: a Redis error carries the command, and AUTH the password', () => {
  const { log, lines } = capturedLog();
  const error = Object.assign(new Error('WRONGPASS'), { command: { args: ['hunter2'] } });
  createErrorLog(log)('Redis', error);
  expect(lines.join()).toContain('WRONGPASS');
  expect(lines.join()).not.toContain('hunter2');
});

test('an error of several has the words of each', () => {
  const error = new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]);
  expect(messageOf(error)).toBe('refused ::1; refused 127.0.0.1');
});
