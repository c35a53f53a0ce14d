import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeContent, Refused, readContent } from './slack-rules.ts';

interface FakeSlackChannel {
  id: string;
  name: string;
  /** Whether the bot was invited. */
  member: boolean;
}

export interface FakeSlackOptions {
  token?: string;
  channels?: FakeSlackChannel[];
  scopes?: string[];
  /** Least time between two posts to one channel; Slack's own is about 1,000. Null, the default, is no limit. */
  postIntervalMs?: number | null;
  /** For the limit above. */
  now?: () => number;
}

interface FakeSlackMessage extends FakeContent {
  channel: string;
  ts: string;
  threadTs: string | null;
  edits: number;
  unfurl: boolean;
}

interface FakeSlackRequest {
  method: string;
  args: Record<string, string>;
}

/** `accepted`: Slack does what was asked before it fails to say so. */
type FakeSlackFailure =
  | { kind: 'status'; status: number; body?: string; accepted?: boolean }
  | { kind: 'error'; error: string; needed?: string; accepted?: boolean }
  | { kind: 'rate-limit'; retryAfterSeconds: number }
  | { kind: 'reset'; accepted?: boolean }
  | { kind: 'hang'; accepted?: boolean };

export interface FakeSlack {
  /** To be set as the API's URL; ends with a slash. */
  url: string;
  token: string;
  messages: FakeSlackMessage[];
  requests: FakeSlackRequest[];
  /** The next calls of a method fail, one failure each. */
  failNext(method: string, ...failures: FakeSlackFailure[]): void;
  /** Resolves with the first message that is, or becomes after an edit, what is looked for. */
  onMessage(matches: (message: FakeSlackMessage) => boolean): Promise<FakeSlackMessage>;
  /** The card and its replies, oldest first. */
  thread(ts: string): FakeSlackMessage[];
  close(): Promise<void>;
}

type Args = Record<string, string>;
type Reply = Record<string, unknown>;

const DEFAULTS = {
  token: 'test-bot-token',
  channels: [{ id: 'C0INCIDENTS', name: 'incidents', member: true }],
  scopes: ['chat:write', 'channels:history', 'channels:read'],
  postIntervalMs: null,
  now: Date.now,
};

/** Slack's Web API as far as an incident thread needs it, over real HTTP, with Slack's own limits and refusals. */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const settings = { ...DEFAULTS, ...options };
  const workspace = new Workspace(settings);
  const requests: FakeSlackRequest[] = [];
  const failures = new Map<string, FakeSlackFailure[]>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = (request.url ?? '').replace(/^\/api\//, '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const args: Args = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    requests.push({ method, args });
    const failure = failures.get(method)?.shift();
    const act = () => workspace.answer(method, args, request.headers.authorization);
    if (failure === undefined) return send(response, settings.scopes, act);
    if ('accepted' in failure && failure.accepted) act();
    fail(response, failure);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = addressOf(server.address());
  return {
    url: `http://127.0.0.1:${port}/api/`,
    token: settings.token,
    messages: workspace.messages,
    requests,
    failNext: (method, ...next) => {
      failures.set(method, [...(failures.get(method) ?? []), ...next]);
    },
    onMessage: (matches) => workspace.onMessage(matches),
    thread: (ts) => workspace.messages.filter((m) => m.ts === ts || m.threadTs === ts),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The fake has no port.');
  return address;
}

function send(response: ServerResponse, scopes: string[], act: () => Reply): void {
  const reply = act();
  if (typeof reply.retryAfter === 'number') {
    response.writeHead(429, { 'retry-after': String(reply.retryAfter) });
    response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/json',
    'x-oauth-scopes': scopes.join(','),
  });
  response.end(JSON.stringify(reply));
}

function fail(response: ServerResponse, failure: FakeSlackFailure): void {
  switch (failure.kind) {
    case 'status':
      response.writeHead(failure.status).end(failure.body ?? 'upstream error');
      return;
    case 'error': {
      const { error, needed } = failure;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: false, error, needed }));
      return;
    }
    case 'rate-limit':
      response.writeHead(429, { 'retry-after': String(failure.retryAfterSeconds) }).end();
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
  }
}

class Workspace {
  readonly messages: FakeSlackMessage[] = [];
  readonly #settings: Required<FakeSlackOptions>;
  readonly #waiting = new Set<(message: FakeSlackMessage) => void>();
  readonly #lastPost = new Map<string, number>();

  constructor(settings: Required<FakeSlackOptions>) {
    this.#settings = settings;
  }

  answer(method: string, args: Args, authorization: string | undefined): Reply {
    try {
      if (authorization === undefined) throw new Refused('not_authed');
      if (authorization !== `Bearer ${this.#settings.token}`) throw new Refused('invalid_auth');
      return { ok: true, ...this.#call(method, args) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { ok: false, error: error.message, response_metadata: { messages: error.details } };
    }
  }

  onMessage(matches: (message: FakeSlackMessage) => boolean): Promise<FakeSlackMessage> {
    const present = this.messages.find(matches);
    if (present !== undefined) return Promise.resolve(present);
    return new Promise((resolve) => {
      const look = (message: FakeSlackMessage) => {
        if (!matches(message)) return;
        this.#waiting.delete(look);
        resolve(message);
      };
      this.#waiting.add(look);
    });
  }

  #call(method: string, args: Args): Reply {
    switch (method) {
      case 'auth.test':
        return { team: 'Shop', user: 'probable-cause' };
      case 'chat.postMessage':
        return this.#post(args);
      case 'chat.update':
        return this.#update(args);
      case 'conversations.history':
        return this.#history(args);
      case 'conversations.replies':
        return this.#replies(args);
      case 'conversations.list':
        return { channels: this.#settings.channels.map(({ id, name }) => ({ id, name })) };
      default:
        throw new Refused('unknown_method');
    }
  }

  #post(args: Args): Reply {
    const name = (args.channel ?? '').replace(/^#/, '');
    const channel = this.#channel(
      this.#settings.channels.find((candidate) => candidate.name === name)?.id ?? args.channel,
    );
    if (this.#tooSoon(channel)) return { retryAfter: 1 };
    const threadTs = args.thread_ts ?? null;
    if (threadTs !== null && !this.messages.some((m) => m.ts === threadTs && m.channel === channel))
      throw new Refused('thread_not_found');
    const message = {
      ...readContent(args, args.parse === 'full'),
      channel,
      ts: `1763694720.${String(this.messages.length + 1).padStart(6, '0')}`,
      threadTs,
      edits: 0,
      unfurl: args.unfurl_links !== 'false' || args.unfurl_media !== 'false',
    };
    this.messages.push(message);
    this.#tell(message);
    return { channel, ts: message.ts };
  }

  #tooSoon(channel: string): boolean {
    const { postIntervalMs, now } = this.#settings;
    if (postIntervalMs === null) return false;
    const last = this.#lastPost.get(channel);
    if (last !== undefined && now() - last < postIntervalMs) return true;
    this.#lastPost.set(channel, now());
    return false;
  }

  #update(args: Args): Reply {
    const channel = this.#channel(args.channel);
    const message = this.messages.find((m) => m.channel === channel && m.ts === args.ts);
    if (message === undefined) throw new Refused('message_not_found');
    const content = readContent(args, args.parse !== 'none');
    Object.assign(message, content, {
      metadata: content.metadata ?? message.metadata,
      edits: message.edits + 1,
    });
    this.#tell(message);
    return { channel, ts: message.ts };
  }

  #history(args: Args): Reply {
    const channel = this.#channel(args.channel);
    const own = this.messages.filter((m) => m.channel === channel && m.threadTs === null);
    return page(own.toReversed(), args);
  }

  #replies(args: Args): Reply {
    const channel = this.#channel(args.channel);
    const own = this.messages.filter(
      (m) => m.channel === channel && (m.ts === args.ts || m.threadTs === args.ts),
    );
    if (own.length === 0) throw new Refused('thread_not_found');
    return page(own, args);
  }

  #channel(id: string | undefined): string {
    const channel = this.#settings.channels.find((candidate) => candidate.id === id);
    if (channel === undefined) throw new Refused('channel_not_found');
    if (!channel.member) throw new Refused('not_in_channel');
    return channel.id;
  }

  #tell(message: FakeSlackMessage): void {
    for (const look of [...this.#waiting]) look(message);
  }
}

function page(messages: FakeSlackMessage[], args: Args): Reply {
  const from = Number(args.cursor ?? 0);
  const to = from + Number(args.limit ?? 100);
  return {
    messages: messages.slice(from, to).map(({ ts, text, blocks, metadata, threadTs }) => ({
      ts,
      text,
      blocks,
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
      ...(args.include_all_metadata === 'true' && metadata !== null ? { metadata } : {}),
    })),
    response_metadata: { next_cursor: to < messages.length ? String(to) : '' },
  };
}
