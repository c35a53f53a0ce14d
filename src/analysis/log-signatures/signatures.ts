import { CONFIGURATION_SIGNATURES } from './configuration.ts';
import { PROGRAM_SIGNATURES } from './programs.ts';
import { RATE_SIGNATURES } from './rates.ts';
import { REACH_SIGNATURES } from './reach.ts';
import { RIGHTS_AND_SCHEMA_SIGNATURES } from './rights-and-schemas.ts';
import type { LogSignature } from './signature.ts';
import { STORE_SIGNATURES } from './stores.ts';

/** What error lines say, the most telling first: a line has the meaning of the first that matches it. */
const SIGNATURES: readonly LogSignature[] = [
  ...STORE_SIGNATURES,
  ...PROGRAM_SIGNATURES,
  ...RIGHTS_AND_SCHEMA_SIGNATURES,
  ...RATE_SIGNATURES,
  ...REACH_SIGNATURES,
  ...CONFIGURATION_SIGNATURES,
];

/** Lines of their own length only: a whole stack in one line says what it says at its start. */
const MAX_READ = 2_000;

/** Null for what says nothing that is known here. */
export function readLine(line: string): { signature: LogSignature; match: RegExpExecArray } | null {
  const text = (line.length > MAX_READ ? line.slice(0, MAX_READ) : line).replaceAll('\\"', '"');
  for (const signature of SIGNATURES) {
    const match = signature.pattern.exec(text);
    if (match) return { signature, match };
  }
  return null;
}
