import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { digest } from '../lib/digest.ts';

/** Long enough for a person to read what would happen, and no longer. */
const LIFETIME_MS = 2 * 60 * 1000;
/** Proposals that nobody takes up must not pile up; the oldest are forgotten first. */
const MAX_PENDING = 100;

/** Exactly what would be done: the tool, its arguments, and the object (by uid) that they meant. */
export interface Proposal {
  tool: string;
  namespace: string;
  kind: string;
  name: string;
  uid: string;
}

/** Why a confirmation is not taken; null when it is. */
export type ConfirmationProblem = 'unknown' | 'expired' | 'other' | null;

/**
 * What stands between a proposal and its execution. Each is good for one attempt, for a short time,
 * for exactly the proposal that it was made for. They live in this process: a restart makes all of them unknown.
 */
export interface Confirmations {
  propose(proposal: Proposal): string;
  redeem(confirmation: string, proposal: Proposal): ConfirmationProblem;
}

export function createConfirmations(clock: Clock): Confirmations {
  const pending = new Map<string, { proposal: string; expires: number }>();
  return {
    propose(proposal) {
      const confirmation = groupsOfFour(randomBytes(8).toString('hex'));
      pending.set(digest([confirmation]), {
        proposal: canonical(proposal),
        expires: clock.now().getTime() + LIFETIME_MS,
      });
      for (const oldest of pending.keys()) {
        if (pending.size <= MAX_PENDING) break;
        pending.delete(oldest);
      }
      return confirmation;
    },
    redeem(confirmation, proposal) {
      const key = digest([confirmation]);
      const known = pending.get(key);
      // Gone with the first attempt, even a wrong one: one must not be tried out.
      pending.delete(key);
      if (known === undefined) return 'unknown';
      if (clock.now().getTime() > known.expires) return 'expired';
      return known.proposal === canonical(proposal) ? null : 'other';
    },
  };
}

function canonical({ tool, namespace, kind, name, uid }: Proposal): string {
  return JSON.stringify([tool, namespace, kind, name, uid]);
}

/** `3f9a-01bc-77de-42aa`: to be told apart by eye, and not taken for a secret by the redaction of outputs. */
function groupsOfFour(hex: string): string {
  return hex.match(/.{4}/g)?.join('-') ?? hex;
}
