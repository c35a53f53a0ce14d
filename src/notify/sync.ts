import type { IncidentView } from '../incident/view.ts';
import { digest } from '../lib/digest.ts';
import { RetryLater } from '../queue/queue.ts';
import type { Effect, Store } from '../store/store.ts';
import {
  type Channel,
  ChannelError,
  type MessageRef,
  type PostTarget,
  type ThreadMessage,
} from './channel.ts';
import { contentDigest, needsUpdate, UNKNOWN_CONTENT } from './revision.ts';

export type EffectLedger = Pick<
  Store,
  'claimEffect' | 'completeEffect' | 'releaseEffect' | 'effects'
>;

export interface SyncRequest<Body> {
  channel: Channel<Body>;
  ledger: EffectLedger;
  view: IncidentView;
  /** Unique to this attempt: the same job may run twice in one process when its lock is lost. */
  owner: string;
  signal: AbortSignal;
}

/** What became of each message, by key. */
export interface SyncResult {
  posted: string[];
  edited: string[];
  unchanged: string[];
  /** The channel will not take these until somebody does what `reason` says; trying again is no use. */
  refused: { key: string; reason: string }[];
}

const CARD = 'card';

/**
 * Longer than any request to a channel may take, so that no claim is taken over while its post is in flight;
 * short, because it is also how long a thread stands still after a worker died or an answer got lost.
 */
const LEASE_MS = 7_000;
const BUSY_RETRY_MS = 1_000;

/**
 * Brings what a channel shows of an incident into line with the view, message by message, the card first.
 * Running it again changes nothing; dying anywhere in it loses nothing and shows nothing twice.
 *
 * Messages that are no longer rendered stay as they are, and a view older than what is shown changes nothing.
 *
 * @throws RetryLater when another worker is at a message, or when the channel says when to come back.
 * @throws ChannelError with `retry` for an outage: the queue's own backoff applies.
 * Aborting takes effect between two messages and rejects with the signal's reason.
 */
export async function syncThread<Body>(request: SyncRequest<Body>): Promise<SyncResult> {
  const { channel, ledger, view, signal } = request;
  const scope = scopeOf(view, channel);
  const known = new Map((await ledger.effects(scope)).map((effect) => [effect.key, effect]));
  const result: SyncResult = { posted: [], edited: [], unchanged: [], refused: [] };
  let card = known.get(CARD)?.ref ?? null;
  const messages = channel.render(view);
  const isThread = messages.some(({ key }) => key === CARD);

  for (const message of messages) {
    signal.throwIfAborted();
    // A reply has nowhere to go before its card is there; why the card is not is in `refused`.
    if (isThread && message.key !== CARD && card === null) break;
    const task: Task<Body> = {
      ...request,
      scope,
      message,
      wanted: contentDigest(view, message.body),
      at: {
        labels: view.incident.labels,
        origin: view.incident.origin ?? null,
        thread: message.key === CARD ? null : card,
        marker: digest([scope, message.key], 20),
      },
    };
    try {
      const { ref, outcome } = await bringIntoLine(task, known.get(message.key) ?? null);
      if (message.key === CARD) card = ref;
      result[outcome].push(message.key);
    } catch (error) {
      result.refused.push({ key: message.key, reason: refusal(error) });
    }
  }
  return result;
}

/**
 * Whether a channel shows all of the view, as far as the ledger knows. Otherwise {@link syncThread} has
 * something to do, which it may be doing right now.
 */
export async function isInLine<Body>(
  channel: Channel<Body>,
  ledger: Pick<EffectLedger, 'effects'>,
  view: IncidentView,
): Promise<boolean> {
  const effects = await ledger.effects(scopeOf(view, channel));
  const known = new Map(effects.map((effect) => [effect.key, effect]));
  return channel
    .render(view)
    .every(({ key, body }) => refIfCurrent(known.get(key) ?? null, contentDigest(view, body)));
}

function scopeOf({ incident }: IncidentView, { name }: Pick<Channel, 'name'>): string {
  return `${incident.id}/${name}`;
}

/** The words of an error that trying again would not change; any other is thrown on. */
function refusal(error: unknown): string {
  if (!(error instanceof ChannelError)) throw error;
  if (error.retryAfterMs !== null) throw new RetryLater(error.message, error.retryAfterMs);
  if (error.retry) throw error;
  return error.message;
}

/** One message to be shown, with all that it takes. */
interface Task<Body> extends SyncRequest<Body> {
  scope: string;
  message: ThreadMessage<Body>;
  wanted: string;
  at: PostTarget;
}

interface Shown {
  ref: MessageRef;
  outcome: 'posted' | 'edited' | 'unchanged';
}

async function bringIntoLine<Body>(task: Task<Body>, known: Effect | null): Promise<Shown> {
  const current = refIfCurrent(known, task.wanted);
  if (current !== null) return { ref: current, outcome: 'unchanged' };

  const before = await claim(task);
  const meanwhile = refIfCurrent(before, task.wanted);
  if (meanwhile !== null) {
    await complete(task, meanwhile, before?.digest ?? UNKNOWN_CONTENT);
    return { ref: meanwhile, outcome: 'unchanged' };
  }
  if (before === null) return post(task);
  if (before.ref !== null) return edit(task, before.ref, before.digest);

  // Somebody claimed this and got no further: the message may be in the channel with nobody knowing where.
  const found = await task.channel.find(task.at.marker, task.at);
  if (found !== null) return edit(task, found, null);
  // Looking may have outlasted the lease: make sure of it, then post.
  await claim(task);
  return post(task);
}

function refIfCurrent(effect: Effect | null, wanted: string): MessageRef | null {
  if (effect?.state !== 'done' || needsUpdate(effect.digest, wanted)) return null;
  return effect.ref;
}

async function post<Body>(task: Task<Body>): Promise<Shown> {
  const { channel, ledger, scope, message, owner, at, wanted } = task;
  try {
    const ref = await channel.post(message, at);
    await complete(task, ref, wanted);
    return { ref, outcome: 'posted' };
  } catch (error) {
    if (leftNothing(error)) await ledger.releaseEffect(scope, message.key, owner);
    throw error;
  }
}

/** An edit can be repeated, so it needs no looking first: after a failure the place is kept, its content unknown. */
async function edit<Body>(task: Task<Body>, ref: MessageRef, shown: string | null): Promise<Shown> {
  try {
    await task.channel.edit(ref, task.message, task.at.marker);
  } catch (error) {
    await complete(task, ref, leftNothing(error) && shown !== null ? shown : UNKNOWN_CONTENT);
    throw error;
  }
  await complete(task, ref, task.wanted);
  return { ref, outcome: 'edited' };
}

/**
 * Whether a failed request certainly changed nothing outside: the channel refused it, or told us to slow down.
 * A timeout, a reset or a 5xx says nothing of the kind: the claim then stays, so that the next try looks first.
 */
function leftNothing(error: unknown): boolean {
  return error instanceof ChannelError && (!error.retry || error.retryAfterMs !== null);
}

async function claim<Body>({ ledger, scope, message, owner }: Task<Body>): Promise<Effect | null> {
  const claimed = await ledger.claimEffect(scope, message.key, owner, LEASE_MS);
  if (claimed !== null) return claimed.before;
  throw new RetryLater(`Another worker is delivering ${message.key} of ${scope}.`, BUSY_RETRY_MS);
}

function complete<Body>(
  { ledger, scope, message, owner }: Task<Body>,
  ref: MessageRef,
  shown: string,
): Promise<void> {
  return ledger.completeEffect(scope, message.key, owner, { ref, digest: shown });
}
