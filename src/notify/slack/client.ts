import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import { z } from 'zod';
import type { SlackBody } from './blocks.ts';
import { badStatus, rateLimited, refused, SlackFailure, unanswered } from './failure.ts';
import { createPacer } from './pacer.ts';

export interface SlackClientOptions {
  token: string;
  /** Default `https://slack.com/api/`. */
  apiUrl?: string;
  /** Of one request. Default 5,000. Must stay under the lease of a delivery. */
  timeoutMs?: number;
  /** Into one channel, beyond a short burst. Default 60, which is what Slack takes. */
  messagesPerMinute?: number;
  /** Milliseconds of a clock that nobody sets, for that pace. Default `performance.now`. */
  now?: () => number;
}

/** A message's place. `channel` is the id that Slack gave, also when a name was asked for. */
export type SlackPlace = { channel: string; ts: string };

/** The part of the Web API in use. Every method rejects with {@link SlackFailure}, and never retries itself. */
export interface SlackClient {
  /** Rejects at once, with when to try again, while it is another message's turn: see `pace.ts`. */
  post(target: SlackTarget, body: SlackBody, marker: string): Promise<SlackPlace>;
  update(place: SlackPlace, body: SlackBody, marker: string): Promise<void>;
  /** The message with this marker, among the latest thousand of a channel or thread. */
  find(target: SlackTarget, marker: string): Promise<SlackPlace | null>;
  whoAmI(): Promise<{ team: string; user: string; scopes: string[] | null }>;
  /** Resolves when the channel's messages can be read. */
  checkReadable(channel: string): Promise<void>;
}

export interface SlackTarget {
  /** An id, or a name with or without `#`. */
  channel: string;
  /** The `ts` of the thread's first message; null for the channel itself. */
  thread: string | null;
}

const EVENT_TYPE = 'probable_cause';
const PAGES_MAX = 5;
const PAGE_SIZE = 200;

const Posted = z.object({ channel: z.string(), ts: z.string() });
const Cursor = z.object({ next_cursor: z.string().optional() }).optional();
const Messages = z.object({
  messages: z.array(z.object({ ts: z.string(), metadata: z.unknown() })),
  response_metadata: Cursor,
});
const Metadata = z.object({
  event_type: z.literal(EVENT_TYPE),
  event_payload: z.object({ marker: z.string() }),
});
const Channels = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().optional() })),
  response_metadata: Cursor,
});
const Identity = z.object({
  team: z.string(),
  user: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});
const RefusalBody = z.object({
  error: z.string(),
  needed: z.string().optional(),
  response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
});

export function createSlackClient(options: SlackClientOptions): SlackClient {
  const call = createCaller(options);
  const { messagesPerMinute = 60, now = () => performance.now() } = options;
  const inTurn = createPacer(messagesPerMinute, now);
  const channelIds = new Map<string, string>();

  /** Posting takes a name; reading takes only an id. */
  async function idOf(channel: string): Promise<string> {
    if (/^[CGD][A-Z0-9]{7,}$/.test(channel)) return channel;
    const known = channelIds.get(channel) ?? (await lookUpChannel(call, channel));
    channelIds.set(channel, known);
    return known;
  }

  return {
    post: ({ channel, thread }, body, marker) =>
      inTurn(channel, { marker, opens: thread === null }, () =>
        call('chat.postMessage', Posted, {
          channel,
          ...(thread === null ? {} : { thread_ts: thread }),
          ...content(body, marker),
          unfurl_links: false,
          unfurl_media: false,
        }),
      ),
    update: async ({ channel, ts }, body, marker) => {
      await call('chat.update', Posted, { channel, ts, ...content(body, marker) });
    },
    find: async ({ channel, thread }, marker) =>
      findMarked(call, { channel: await idOf(channel), thread }, marker),
    whoAmI: async () => {
      const { team, user, response_metadata } = await call('auth.test', Identity, {});
      return { team, user, scopes: response_metadata?.scopes ?? null };
    },
    checkReadable: async (channel) => {
      await call('conversations.history', Messages, { channel: await idOf(channel), limit: 1 });
    },
  };
}

/**
 * `parse: none` is the default for posting only: an edit without it would make links and mentions of bare
 * text (https://docs.slack.dev/reference/methods/chat.update).
 */
function content(body: SlackBody, marker: string) {
  return {
    text: body.text,
    blocks: body.blocks,
    parse: 'none',
    metadata: { event_type: EVENT_TYPE, event_payload: { marker } },
  };
}

async function findMarked(
  call: Caller,
  { channel, thread }: SlackTarget,
  marker: string,
): Promise<SlackPlace | null> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const paging = { channel, cursor, limit: PAGE_SIZE, include_all_metadata: true };
    const { messages, response_metadata } =
      thread === null
        ? await call('conversations.history', Messages, paging)
        : await call('conversations.replies', Messages, { ...paging, ts: thread });
    const found = messages.find(({ metadata }) => {
      const parsed = Metadata.safeParse(metadata);
      return parsed.success && parsed.data.event_payload.marker === marker;
    });
    if (found !== undefined) return { channel, ts: found.ts };
    cursor = response_metadata?.next_cursor;
    if (!cursor) return null;
  }
  return null;
}

async function lookUpChannel(call: Caller, channel: string): Promise<string> {
  const name = channel.replace(/^#/, '');
  let cursor: string | undefined;
  do {
    const { channels, response_metadata } = await call('conversations.list', Channels, {
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: 1_000,
      cursor,
    });
    const found = channels.find((candidate) => candidate.name === name);
    if (found !== undefined) return found.id;
    cursor = response_metadata?.next_cursor;
  } while (cursor);
  throw refused('conversations.list', { error: 'channel_not_found', messages: [`#${name}`] });
}

type Caller = <T>(method: string, reply: z.ZodType<T>, args: Record<string, unknown>) => Promise<T>;

/**
 * The SDK as it must be set to be safe: by default it has no timeout and posts again by itself, after a 500
 * too, so that one message can appear twice. Our queue retries, and looks first.
 */
function createCaller({ token, apiUrl, timeoutMs = 5_000 }: SlackClientOptions): Caller {
  const web = new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: SILENT,
  });
  return async (method, reply, args) => {
    let body: unknown;
    try {
      body = await web.apiCall(method, args);
    } catch (error) {
      throw failureOf(method, error);
    }
    const parsed = reply.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new SlackFailure(`Slack answered ${method} without ${missing(parsed.error)}`, {
      retry: true,
    });
  };
}

function missing(error: z.ZodError): string {
  return error.issues.map(({ path }) => path.join('.')).join(', ');
}

function failureOf(method: string, error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return rateLimited(method, error.retryAfter);
  if (error instanceof WebAPIHTTPError) return badStatus(method, error.statusCode);
  if (error instanceof WebAPIRequestError) return unanswered(method, error.original);
  const body = error instanceof WebAPIPlatformError ? RefusalBody.safeParse(error.data) : null;
  if (body?.success) {
    const { error: code, needed, response_metadata } = body.data;
    return refused(method, { error: code, needed, messages: response_metadata?.messages });
  }
  return unanswered(method, error);
}

/** The SDK would log request bodies, at its lowest level, and Slack's complaints, to the console. */
const SILENT = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};
