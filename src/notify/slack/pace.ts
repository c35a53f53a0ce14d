/** A message that wants to be posted. */
export interface Turn {
  /** Unique to the message, however often it asks. */
  marker: string;
  /** Whether it opens a thread: nobody is told of that incident before it is there. */
  opens: boolean;
}

interface Waiting {
  /** Its place: when it asked first, or later by the patience of a reply. */
  rank: number;
  /** When it was told to ask again; null while it is being posted. */
  due: number | null;
}

/** How many more may follow at once after a quiet time: enough for what a conclusion is told in. */
const BURST = 3;
/** A reply goes before what opens a thread so much later than it asked, so that a storm cannot starve it. */
const PATIENCE_MS = 30_000;
/** How much later than told it may ask and still hold others back. Later it may have been posted elsewhere. */
const LATE_MS = 2_000;
/** How long a message is remembered that asks no more: some come back after another process had them. */
const FORGET_MS = 2 * PATIENCE_MS;
/** What is put off cannot show a newer state meanwhile, so nothing is for longer than this at a time. */
const MAX_QUEUE_MS = 5_000;

/**
 * Whose turn it is to post into one Slack channel, which takes about one message a second of all threads together
 * (https://docs.slack.dev/apis/web-api/rate-limits). What opens a thread goes before replies, and of equals who asked
 * first. Nothing waits in here: who must wait is told when to ask again, and keeps its place until then. Times are
 * milliseconds of any steady clock.
 */
export class ChannelPace {
  readonly #everyMs: number;
  readonly #waiting = new Map<string, Waiting>();
  #freeAt = 0;
  #quietSince = Number.NEGATIVE_INFINITY;
  #burst = 0;

  /** @param everyMs Least time between two messages, but for short bursts. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** @returns Milliseconds after which to ask again; 0 when the message may go, and then `ended` must be called. */
  ask({ marker, opens }: Turn, now: number): number {
    this.#forget(now);
    const rank = opens ? now : now + PATIENCE_MS;
    const own = this.#waiting.get(marker) ?? { rank, due: now };
    this.#waiting.set(marker, own);
    const before = [...this.#waiting.values()].filter(
      (other) => other.rank < own.rank && isExpected(other, now),
    ).length;
    if (before === 0 && this.#take(now)) {
      own.due = null;
      return 0;
    }
    const queueMs = Math.min(before * this.#everyMs, MAX_QUEUE_MS);
    own.due = Math.max(this.#freeAt, now) + queueMs;
    return Math.ceil(own.due - now);
  }

  /**
   * The message is there, or its request failed.
   * @param retryAfterMs Slack took nothing, and says when it will; null otherwise.
   */
  ended({ marker }: Turn, retryAfterMs: number | null, now: number): void {
    // Slack counts from when it took the message, which is before its answer.
    this.#freeAt = Math.max(this.#freeAt, now + (retryAfterMs ?? this.#everyMs));
    const own = this.#waiting.get(marker);
    if (retryAfterMs === null || own === undefined) {
      this.#waiting.delete(marker);
      return;
    }
    own.due = now + retryAfterMs;
    this.#burst = 0;
    this.#quietSince = own.due;
  }

  #take(now: number): boolean {
    if (now - this.#quietSince >= BURST * this.#everyMs) this.#burst = BURST;
    if (now < this.#freeAt) {
      if (this.#burst === 0) return false;
      this.#burst -= 1;
    }
    this.#quietSince = now;
    this.#freeAt = Math.max(this.#freeAt, now + this.#everyMs);
    return true;
  }

  #forget(now: number): void {
    for (const [marker, { due }] of this.#waiting) {
      if (due !== null && now - due > FORGET_MS) this.#waiting.delete(marker);
    }
  }
}

function isExpected({ due }: Waiting, now: number): boolean {
  return due !== null && now - due <= LATE_MS;
}
