import type { FailureMode } from '../../src/report/failure-modes.ts';
import type { World } from './world.ts';

type Family =
  | 'admission'
  | 'scheduling'
  | 'start'
  | 'run'
  | 'stores'
  | 'traffic'
  | 'nodes'
  | 'change'
  | 'false-alarm'
  | 'two-causes'
  | 'no-answer';

/** `Deployment/checkout`. */
export interface Cause {
  failureMode: FailureMode;
  object: `${string}/${string}`;
}

/** What a person who knows the answer would say. */
type Expected =
  /** Any one of several ways to name the same cause is right. */
  | { causes: [Cause, ...Cause[]] }
  /** Each of them is a cause of its own, and both have to be among the first three. */
  | { both: [Cause, Cause] }
  | { verdict: 'no_action' | 'inconclusive' };

/** One night: a healthy shop, what was done to it, the alert that came, and what was the matter. */
export interface DiagnosisCase {
  /** Unique; words with hyphens. */
  name: string;
  family: Family;
  /** What the alert says. `namespace` is added to the labels. */
  alert: {
    name: string;
    labels?: Record<string, string>;
    summary?: string;
    expr?: string;
    minutesAgo?: number;
  };
  /** The system that it happens in; the shop of `shop.ts` unless given. */
  system?: (now: string) => World;
  arrange(world: World): void;
  expected: Expected;
}
