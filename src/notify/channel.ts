import type { Origin } from '../incident/incident.ts';
import type { IncidentView } from '../incident/view.ts';

/**
 * One message of a thread as a channel would show it. `key` names its place for good (`card`,
 * `evidence-1`, `notice-<delivery>`): the ledger stores what was posted under it. The message whose key is
 * `card` opens the thread and comes first; all others are replies to it. Where none has that key, each
 * stands for itself.
 */
export interface ThreadMessage<Body> {
  key: string;
  body: Body;
}

/** Where a posted message is, as the channel names it (Slack: channel and ts). */
export type MessageRef = Record<string, string>;

/** A channel that shows incident threads. Every method may reject with {@link ChannelError}. */
export interface Channel<Body = unknown> {
  readonly name: string;
  /** Pure. Oldest first. */
  render(view: IncidentView): ThreadMessage<Body>[];
  post(message: ThreadMessage<Body>, at: PostTarget): Promise<MessageRef>;
  edit(ref: MessageRef, message: ThreadMessage<Body>, marker: string): Promise<void>;
  /** The own message that carries `marker`, if one was posted although its answer never arrived. */
  find(marker: string, at: PostTarget): Promise<MessageRef | null>;
}

export interface PostTarget {
  labels: Record<string, string>;
  /** Where the incident comes from; null when that was not kept. */
  origin: Origin | null;
  /** The card's ref; null for the card itself, and where there is none. */
  thread: MessageRef | null;
  /** Unique to incident and key. */
  marker: string;
}

/** Why a channel did not take a message, and whether and when to try again. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly retry: boolean;
  readonly retryAfterMs: number | null;
  constructor(message: string, retry: boolean, retryAfterMs: number | null = null) {
    super(message);
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }
}
