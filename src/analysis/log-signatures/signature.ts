import type { FailureMode } from '../../report/failure-modes.ts';
import type { StoreKind } from '../stores.ts';

/** A way in which programs say what is the matter with them. */
export interface LogSignature {
  failureMode: FailureMode;
  /**
   * Against one line, in linear time. Groups that say more: `host` and `port` of what could not be reached or was used,
   * `user`, `database`, `name` of what is missing.
   */
  pattern: RegExp;
  /** Whom it points at: who wrote it, the store that it speaks of, or what it could not reach. */
  blames: 'speaker' | 'store' | 'peer';
  /** Of which kind the store is, where the words tell. */
  store?: StoreKind;
  /** Of a finding that rests on it, for a workload that is in trouble. */
  score: number;
  /** Completes "Deployment orders …". */
  says: string;
  /**
   * Programs that are well write it too, or only in passing: it counts where the workload itself is in trouble, however
   * new it is.
   */
  onlyInTrouble?: true;
}

/** Shares of a table that have the most in common, said once. */
export function signatures(
  common: Omit<LogSignature, 'pattern' | 'says'>,
  rows: readonly (readonly [pattern: RegExp, says: string, more?: Partial<LogSignature>])[],
): LogSignature[] {
  return rows.map(([pattern, says, more = {}]) => ({ ...common, pattern, says, ...more }));
}
