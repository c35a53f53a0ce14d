import type { IncidentView } from '../incident/view.ts';

/**
 * One message of a thread as a channel would show it. `key` names its place for good (`card`,
 * `evidence-1`, `notice-<delivery>`): the ledger stores what was posted under it. The message whose key is
 * `card` opens the thread and comes first; all others are replies to it.
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
  /** `thread` is the card's ref, null for the card itself. `marker` is unique to incident and key. */
  post(message: ThreadMessage<Body>, at: PostTarget): Promise<MessageRef>;
  edit(ref: MessageRef, message: ThreadMessage<Body>, marker: string): Promise<void>;
  /** The own message that carries `marker`, if one was posted although its answer never arrived. */
  find(marker: string, at: PostTarget): Promise<MessageRef | null>;
}

export interface PostTarget {
  labels: Record<string, string>;
  thread: MessageRef | null;
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
