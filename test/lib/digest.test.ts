import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digest } from '../../src/lib/digest.ts';

it('tells parts apart that are the same text together', () => {
  expect(digest(['ab', 'c'])).not.toBe(digest(['a', 'bc']));
});

it.each([
  [[]],
  [['a']],
  [['{}:{alertname="X"}', 'größer', '😀']],
  [['half of a pair \ud83d', '\ude00 and its other']],
])('is the hash of each part after its length in bytes, as stored ids are: %j', (parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  expect(digest(parts)).toBe(hash.digest('hex'));
});
