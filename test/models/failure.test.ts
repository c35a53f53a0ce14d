import { describe, expect, it } from 'vitest';
import { errorAnswer, toModelError } from '../../src/models/failure.ts';

const callee = { host: 'api.example', model: 'claude-x' };

function said(status: number | null, type: string | null = null, words: string | null = null) {
  return toModelError(errorAnswer({ status, type, said: words, retryAfter: null }, callee));
}

describe('an answer that is an error', () => {
  it.each([
    [429, 'rate_limit_error', 'overloaded'],
    [529, 'overloaded_error', 'overloaded'],
    [null, 'overloaded_error', 'overloaded'],
    [null, 'rate_limit_error', 'overloaded'],
    [500, 'api_error', 'unreachable'],
    [502, null, 'unreachable'],
    [408, null, 'unreachable'],
    [null, 'api_error', 'unreachable'],
    [400, 'invalid_request_error', 'rejected'],
    [null, 'invalid_request_error', 'rejected'],
    [null, null, 'rejected'],
    [413, null, 'rejected'],
  ])('with status %s and type %s is %s', (status, type, failure) => {
    expect(said(status, type).failure).toBe(failure);
  });

  it.each([
    [401, 'authentication_error', 'ANTHROPIC_API_KEY'],
    [402, 'billing_error', 'ANTHROPIC_API_KEY'],
    [403, 'permission_error', 'MODEL "claude-x"'],
    [404, 'not_found_error', 'MODEL: "claude-x"'],
    [404, null, 'ANTHROPIC_BASE_URL'],
    [413, 'request_too_large', 'ANTHROPIC_BASE_URL'],
    [400, 'invalid_request_error', 'MODEL "claude-x"'],
    [422, null, 'ANTHROPIC_BASE_URL'],
  ])('with status %s and type %s names %s', (status, type, setting) => {
    expect(said(status, type).message).toContain(setting);
  });

  it('repeats what the API said, without its full stop', () => {
    expect(said(529, 'overloaded_error', 'Overloaded.').message).toBe(
      'api.example answered with status 529: Overloaded',
    );
  });

  it('repeats it on one line of bounded length, without control characters', () => {
    const { message } = said(500, 'api_error', `one\r\n\u001b[31mtwo\u202e ${'x'.repeat(5_000)}`);
    expect(message).toMatch(/^api\.example answered with status 500: one \[31mtwo x+…$/);
    expect(message.length).toBeLessThan(400);
  });
});
