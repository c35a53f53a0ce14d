import { hash } from 'node:crypto';

/** Hex SHA-256 of the parts, cut to `length`. Parts are delimited, so `['ab','c']` is not `['a','bc']`. */
export function digest(parts: readonly string[], length = 64): string {
  const delimited = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  return hash('sha256', delimited, 'hex').slice(0, length);
}
