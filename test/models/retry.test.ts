import { describe, expect, it } from 'vitest';
import { errorAnswer, unreachable, unreadable } from '../../src/models/failure.ts';
import { retryDelay } from '../../src/models/retry.ts';

const callee = { host: 'api.example', model: 'm' };
const overloaded = (retryAfter: string | null) =>
  errorAnswer({ status: 429, type: 'rate_limit_error', said: null, retryAfter }, callee);
const half = () => 0.5;

describe('retryDelay', () => {
  it('waits as long as the other side asked', () => {
    expect(retryDelay(overloaded('7'), 0, 2, half)).toBe(7_000);
  });

  it('does not wait for one who asks for more than a minute', () => {
    expect(retryDelay(overloaded('61'), 0, 2, half)).toBeNull();
  });

  it('backs off twice as long each time, up to a limit, when no time was given', () => {
    const failure = unreachable(callee, 'ECONNRESET');
    const waits = [0, 1, 2, 9].map((attempt) => retryDelay(failure, attempt, 10, () => 0));
    expect(waits).toEqual([500, 1_000, 2_000, 8_000]);
  });

  it('leaves a quarter of the backoff to chance', () => {
    expect(retryDelay(overloaded(null), 0, 1, () => 1)).toBe(375);
  });

  it('backs off when the header is a date or nonsense', () => {
    expect(retryDelay(overloaded('Wed, 21 Oct 2026 07:28:00 GMT'), 0, 1, () => 0)).toBe(500);
    expect(retryDelay(overloaded('-1'), 0, 1, () => 0)).toBe(500);
  });

  it('stops after the retries that are allowed', () => {
    expect(retryDelay(overloaded('1'), 2, 2, half)).toBeNull();
    expect(retryDelay(overloaded('1'), 0, 0, half)).toBeNull();
  });

  it('does not repeat what would fail again', () => {
    const refused = { status: 400, type: 'invalid_request_error', said: null, retryAfter: null };
    expect(retryDelay(errorAnswer(refused, callee), 0, 2, half)).toBeNull();
    expect(retryDelay(unreadable(callee, 'it is empty'), 0, 2, half)).toBeNull();
  });
});
