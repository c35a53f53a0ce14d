import type { Clock } from '../lib/clock.ts';
import type { ModelUsage } from '../models/model.ts';
import {
  afterTurn,
  type LimitReached,
  type Limits,
  limitReached,
  nothingSpent,
  type Spent,
} from './budget.ts';

/** Counts what a run spends, and asks the budget before each turn. */
export class Meter {
  readonly #limits: Limits;
  readonly #costOf: (usage: ModelUsage) => number;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #spent: Spent = nothingSpent;

  constructor(limits: Limits, costOf: (usage: ModelUsage) => number, clock: Clock) {
    this.#limits = limits;
    this.#costOf = costOf;
    this.#clock = clock;
    this.#startedAt = clock.now().getTime();
  }

  spend(usage: ModelUsage): void {
    this.#spent = afterTurn(this.#spent, usage, this.#costOf(usage));
  }

  limitReached(phase: 'search' | 'conclude'): LimitReached | null {
    return limitReached(this.#limits, this.#spent, this.elapsedMs, phase);
  }

  get spent(): Spent {
    return this.#spent;
  }

  get elapsedMs(): number {
    return Math.max(0, this.#clock.now().getTime() - this.#startedAt);
  }
}
