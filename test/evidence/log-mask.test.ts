import { describe, expect, it } from 'vitest';
import { maskVariables } from '../../src/evidence/log-mask.ts';

describe('maskVariables', () => {
  it.each([
    ['took 12 of 3,000 tries, 93.5%', 'took <num> of <num> tries, <num>'],
    ['at 0xdeadBEEF in 3fa9bc12de', 'at <hex> in <hex>'],
    ['order 8a7f9c0d-1111-2222-3333-444455556666 lost', 'order <uuid> lost'],
    ['dial tcp 10.0.0.1:5432: refused', 'dial tcp <ip>: refused'],
    ['from fe80:0:0:1 and 10.0.0.0/8', 'from <ip> and <ip>'],
    ['after 3.5s, 1h2m and 250ms', 'after <duration>, <duration> and <duration>'],
    ['used 512Mi of 256 MiB', 'used <size> of <size>'],
    [`cannot open "a b" or 'c d'`, 'cannot open <text> or <text>'],
    ['2026-11-21T03:11:40.125Z started', '<time> started'],
    ['2026/11/21 03:11:40 started', '<time> started'],
    ['Nov 21 03:11:40 host kernel', '<time> host kernel'],
    ['E1121 03:11:40.123456 7 x.go:12]', '<time> <num> x.go:<num>]'],
    ['pod checkout-6b9f7c9d4-x2x4p evicted', 'pod checkout-<id> evicted'],
    [`token ${'eyJpZCI6IjQzZWQ1'.repeat(4)}==`, 'token <blob>'],
    ['user=4711 id:12', 'user=<num> id:<num>'],
  ])('names what differs in %s', (text, masked) => {
    expect(maskVariables(text)).toBe(masked);
  });

  it.each([
    "can't open it, it's locked",
    'checkout-service-retry-handler started',
    'node-a v2beta1 utf8 sha256sum',
    'java.lang.IllegalStateException',
  ])('leaves %s as it is', (text) => {
    expect(maskVariables(text)).toBe(text);
  });

  it('looks at no more than the beginning of a line', () => {
    const masked = maskVariables('1% '.repeat(1_000_000));
    expect(masked.startsWith('<num> <num> <num> ')).toBe(true);
    expect(masked.endsWith('1% 1% ')).toBe(true);
  });

  it('keeps the request and the status of HTTP, which tell one thing from another', () => {
    expect(maskVariables('GET /cart 502')).toBe('GET /cart 502');
    expect(maskVariables('status=404 code: 503 took 12')).toBe('status=404 code: 503 took <num>');
    expect(
      maskVariables('10.0.0.1 - - [21/Nov/2026:03:11:40 +0000] "GET /o/12 HTTP/1.1" 502 99 "-"'),
    ).toBe('<ip> - - [<time>] "GET /o/<num> HTTP/<num>" 502 <num> <text>');
  });
});
