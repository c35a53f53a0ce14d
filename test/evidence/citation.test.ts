import { describe, expect, it } from 'vitest';
import { citationFault } from '../../src/evidence/citation.ts';

const text = 'NAME        STATUS      RESTARTS\ncheckout-1  OOMKilled   11\n';
const textOf = (id: string) => (id === 'E1' ? text : null);

describe('checking a citation', () => {
  it('finds a quote that stands in the output', () => {
    expect(citationFault({ evidence: 'E1', quote: 'checkout-1  OOMKilled' }, textOf)).toBeNull();
  });

  it('forgives white space, because tables are aligned with it', () => {
    expect(
      citationFault({ evidence: 'E1', quote: ' checkout-1 OOMKilled 11 ' }, textOf),
    ).toBeNull();
    expect(citationFault({ evidence: 'E1', quote: 'RESTARTS checkout-1' }, textOf)).toBeNull();
  });

  it('forgives nothing else', () => {
    expect(citationFault({ evidence: 'E1', quote: 'checkout-1 oomkilled' }, textOf)).toBe(
      'quote-not-found',
    );
    expect(citationFault({ evidence: 'E1', quote: 'checkout-1 … 11' }, textOf)).toBe(
      'quote-not-found',
    );
  });

  it('refuses an evidence that does not exist', () => {
    expect(citationFault({ evidence: 'E2', quote: 'checkout-1' }, textOf)).toBe('no-such-evidence');
  });

  it('refuses a quote so short that it proves nothing', () => {
    expect(citationFault({ evidence: 'E1', quote: '11' }, textOf)).toBe('quote-too-short');
    expect(citationFault({ evidence: 'E1', quote: '  a    b ' }, textOf)).toBe('quote-too-short');
  });
});
