import type { SlackPlace } from './client.ts';
import { notItsTurn, SlackFailure } from './failure.ts';
import { ChannelPace, type Turn } from './pace.ts';

/**
 * Posts when it is the message's turn in its channel, else rejects at once with when to ask again.
 * @param channel As it was asked for: an id or a name.
 */
export type PostInTurn = (
  channel: string,
  turn: Turn,
  post: () => Promise<SlackPlace>,
) => Promise<SlackPlace>;

/** @param now Milliseconds of a steady clock. */
export function createPacer(messagesPerMinute: number, now: () => number): PostInTurn {
  const paces = new Map<string, ChannelPace>();
  return async (channel, turn, post) => {
    const pace = paces.get(channel) ?? new ChannelPace(60_000 / messagesPerMinute);
    paces.set(channel, pace);
    const waitMs = pace.ask(turn, now());
    if (waitMs > 0) throw notItsTurn(waitMs);
    let retryAfterMs: number | null = null;
    try {
      const place = await post();
      // A card may name its channel; replies have the id that Slack answered.
      const shared = paces.get(place.channel) ?? pace;
      paces.set(place.channel, shared).set(channel, shared);
      return place;
    } catch (error) {
      if (error instanceof SlackFailure) retryAfterMs = error.retryAfterMs;
      throw error;
    } finally {
      pace.ended(turn, retryAfterMs, now());
    }
  };
}
