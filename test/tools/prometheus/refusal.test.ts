import { describe, expect, it } from 'vitest';
import { refusal } from '../../../src/tools/prometheus/refusal.ts';

function words(error: string, errorType = 'execution'): string {
  const body = { status: 'error', errorType, error };
  return refusal({ path: '/api/v1/query', status: 422, body, rewritten: null }).message;
}

describe('refusal', () => {
  it.each([
    'query timed out in expression evaluation',
    'query processing would load too many samples into memory in query execution',
  ])('says how to narrow after "%s"', (error) => {
    expect(words(error)).toBe(
      `Prometheus refused the query (execution): ${error}\n` +
        'Narrow it: more label matchers, a shorter time range, a larger step, or shorter [ranges] in the query.',
    );
  });

  it('says how to pair what does not match one to one', () => {
    const error =
      'found duplicate series for the match group {pod="a"} on the right hand-side of the operation; ' +
      'many-to-many matching not allowed: matching labels must be unique on one side';
    expect(words(error)).toContain('on (…) with group_left or group_right');
  });

  it('leaves out stacks, hosts and what is too long', () => {
    const panic =
      'unexpected error: runtime error: index out of range\n\ngoroutine 812 [running]:\nmain.go:12 +0x1f';
    expect(words(panic, 'internal')).toBe(
      'Prometheus refused the query (internal): unexpected error: runtime error: index out of range',
    );
    expect(words('Post "https://thanos.internal:10902/x": EOF')).toContain('Post "<address>": EOF');
    expect(words('x'.repeat(100_000)).length).toBeLessThan(1_200);
  });

  it.each([
    ['/api/v1/query', 404, 'There is no Prometheus API at the configured URL (HTTP 404).'],
    ['/api/v1/rules', 404, 'This Prometheus does not tell its rules (HTTP 404)'],
    ['/api/v1/targets', 403, 'Prometheus refused the credentials (HTTP 403).'],
    ['/api/v1/query', 503, 'Prometheus failed (HTTP 503).'],
  ])('puts %s with HTTP %d and no reason into words', (path, status, expected) => {
    expect(refusal({ path, status, body: null, rewritten: null }).message).toContain(expected);
  });
});
