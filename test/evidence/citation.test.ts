import { describe, expect, it } from 'vitest';
import { createCitationCheck } from '../../src/evidence/citation.ts';

const faultOf = createCitationCheck([
  {
    id: 'E1',
    args: { namespace: 'billing' },
    text: 'NAME        STATUS      RESTARTS\nbilling/checkout-1  OOMKilled   11\n',
    isError: false,
  },
  {
    id: 'E2',
    args: { query: '{app="none"} |= "connection pool exhausted"', limit: 5 },
    text: 'No log line for {app="none"} |= "connection pool exhausted" in the window.',
    isError: false,
  },
  {
    id: 'E3',
    args: { query: '{app="api"} |= "pool exhausted"' },
    text: '{app="api"} |= "pool exhausted": 1 line\n03:12 FATAL pool exhausted, giving up',
    isError: false,
  },
  { id: 'E4', args: {}, text: 'Prometheus cannot be reached.', isError: true },
]);

function fault(evidence: string, quote: string) {
  return faultOf({ evidence, quote });
}

describe('checking a citation', () => {
  it('finds a quote that stands in the output', () => {
    expect(fault('E1', 'checkout-1  OOMKilled')).toBeNull();
  });

  it('forgives white space, because tables are aligned with it', () => {
    expect(fault('E1', ' checkout-1 OOMKilled 11 ')).toBeNull();
    expect(fault('E1', 'RESTARTS billing/checkout-1')).toBeNull();
  });

  it('forgives nothing else', () => {
    expect(fault('E1', 'checkout-1 oomkilled')).toBe('quote-not-found');
    expect(fault('E1', 'checkout-1 … 11')).toBe('quote-not-found');
  });

  it('refuses an evidence that does not exist', () => {
    expect(fault('E9', 'checkout-1')).toBe('no-such-evidence');
  });

  it('refuses a quote so short that it proves nothing', () => {
    expect(fault('E1', '11')).toBe('quote-too-short');
    expect(fault('E1', '  a    b ')).toBe('quote-too-short');
  });

  it('refuses words that the output only repeats from the question', () => {
    expect(fault('E2', 'connection pool exhausted')).toBe('quote-is-the-question');
    expect(fault('E2', '{app="none"}')).toBe('quote-is-the-question');
  });

  it('takes words of the question that the answer holds too', () => {
    expect(fault('E3', 'pool exhausted')).toBeNull();
    expect(fault('E2', 'No log line for {app="none"} |= "connection pool exhausted"')).toBeNull();
  });

  it('refuses the words of a call that failed', () => {
    expect(fault('E4', 'Prometheus cannot be reached')).toBe('evidence-is-an-error');
  });
});
