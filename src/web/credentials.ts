import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

export type Scheme = 'bearer' | 'basic';

/** Why credentials were refused; null when they were accepted. */
export type CredentialsProblem = 'missing' | 'unusable' | 'wrong' | null;

/**
 * Checks an `Authorization` header against the tokens that are live. With basic authentication the password
 * is the token and the user name does not matter.
 */
export function checkCredentials(
  header: string | undefined,
  tokens: readonly Secret[],
  schemes: readonly Scheme[],
): CredentialsProblem {
  if (header === undefined || header.trim() === '') return 'missing';
  const presented = presentedToken(header, schemes);
  if (presented === null) return 'unusable';
  return isLive(presented, tokens) ? null : 'wrong';
}

/** The token of a header, be it live or not; null when there is none to be read. */
export function presentedToken(
  header: string | undefined,
  schemes: readonly Scheme[],
): string | null {
  const [, scheme = '', value = ''] = /^\s*(\S+)\s+(\S+)\s*$/.exec(header ?? '') ?? [];
  const named = schemes.find((known) => known === scheme.toLowerCase());
  if (named === undefined) return null;
  if (named === 'bearer') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? null : pair.slice(colon + 1);
}

/** Takes as long for a wrong token as for a right one, whatever their lengths and whichever is right. */
function isLive(presented: string, tokens: readonly Secret[]): boolean {
  const given = sha256(presented);
  let live = false;
  for (const token of tokens) {
    live = timingSafeEqual(given, sha256(token.reveal())) || live;
  }
  return live;
}

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
