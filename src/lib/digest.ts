import { createHash } from 'node:crypto';

/** Hex SHA-256 of the parts, cut to `length`. Parts are delimited, so `['ab','c']` is not `['a','bc']`. */
export function digest(parts: readonly string[], length = 64): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, length);
}
