import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentView } from '../../../src/incident/view.ts';
import { createSlackChannel, type SlackOptions } from '../../../src/notify/slack/index.ts';
import { syncThread } from '../../../src/notify/sync.ts';
import { type FakeSlack, type FakeSlackOptions, startFakeSlack } from '../../fakes/slack.ts';
import { type MemoryLedger, memoryLedger } from '../memory-ledger.ts';
import { concludedView, resolvedView, runningView } from '../views.ts';

const INCIDENTS = 'C0INCIDENTS';
const PAYMENTS = 'C0PAYMENTS';

let slack: FakeSlack;
let ledger: MemoryLedger;

async function start(options: FakeSlackOptions = {}): Promise<void> {
  slack = await startFakeSlack({
    channels: [
      { id: INCIDENTS, name: 'incidents', member: true },
      { id: PAYMENTS, name: 'payments', member: true },
      { id: 'C0PRIVATE', name: 'private', member: false },
    ],
    ...options,
  });
}

beforeEach(async () => {
  await start();
  ledger = memoryLedger();
});
afterEach(() => slack.close());

function channel(options: Partial<SlackOptions> = {}) {
  return createSlackChannel({
    token: slack.token,
    apiUrl: slack.url,
    channel: INCIDENTS,
    routes: [],
    ...options,
  });
}

function sync(view: IncidentView, options: Partial<SlackOptions> = {}) {
  return syncThread({
    channel: channel(options),
    ledger,
    view,
    owner: 'worker-1',
    signal: new AbortController().signal,
  });
}

const methods = () => slack.requests.map(({ method }) => method);

describe('an incident in Slack', () => {
  it('is one thread: a card that is edited, and replies to it', async () => {
    const opened = slack.onMessage(({ text }) => text.includes('Investigating'));
    await sync(runningView());
    const card = await opened;
    await sync(resolvedView());
    expect(slack.thread(card.ts)).toHaveLength(slack.messages.length);
    expect(card).toMatchObject({ channel: INCIDENTS, threadTs: null, edits: 1 });
    expect(card.text).toContain('Action required');
    expect(slack.messages.map(({ threadTs }) => threadTs)).toEqual([
      null,
      ...slack.messages.slice(1).map(() => card.ts),
    ]);
  });

  it('unfurls nothing, and turns no text into a link or a mention by itself', async () => {
    const { incident } = runningView();
    const title = 'see https://evil.example @channel #general';
    await sync(runningView({ incident: { ...incident, title } }));
    await sync(concludedView({ incident: { ...incident, title } }));
    expect(slack.messages.map(({ unfurl, links, mentions }) => [unfurl, links, mentions])).toEqual(
      slack.messages.map(() => [false, [], []]),
    );
  });

  it('carries a marker on every message, which stays when it is edited', async () => {
    await sync(runningView());
    const marker = slack.messages[0]?.metadata;
    expect(marker).toMatchObject({ event_type: 'probable_cause' });
    await sync(concludedView());
    expect(slack.messages[0]?.metadata).toEqual(marker);
  });

  it('goes where the first matching route says, and its replies follow the card', async () => {
    const routes = [
      { match: { namespace: 'shop', severity: 'warning' }, channel: 'C0PRIVATE' },
      { match: { namespace: 'shop' }, channel: PAYMENTS },
      { match: {}, channel: 'C0PRIVATE' },
    ];
    await sync(runningView(), { routes });
    await sync(concludedView(), { routes: [] });
    expect(new Set(slack.messages.map((message) => message.channel))).toEqual(new Set([PAYMENTS]));
  });
});

describe('an answer that got lost', () => {
  it.each([
    ['a 500', { kind: 'status', status: 500, accepted: true }],
    ['a reset', { kind: 'reset', accepted: true }],
    ['a timeout', { kind: 'hang', accepted: true }],
    ['an error page', { kind: 'status', status: 200, body: '<html>bad gateway', accepted: true }],
    ['a fatal error', { kind: 'error', error: 'fatal_error', accepted: true }],
  ] as const)('by %s makes no second card', async (_what, failure) => {
    slack.failNext('chat.postMessage', failure);
    await expect(sync(runningView(), { timeoutMs: 200 })).rejects.toMatchObject({
      name: 'ChannelError',
      retry: true,
      retryAfterMs: null,
    });
    expect(methods()).toEqual(['chat.postMessage']);
    await sync(runningView());
    expect(slack.messages).toHaveLength(1);
    expect(methods()).toEqual(['chat.postMessage', 'conversations.history', 'chat.update']);
  });

  it('of a reply is looked for in its thread', async () => {
    await sync(runningView());
    slack.failNext('chat.postMessage', { kind: 'status', status: 503, accepted: true });
    await expect(sync(concludedView())).rejects.toThrow('HTTP 503');
    await sync(concludedView());
    expect(methods()).toContain('conversations.replies');
    expect(slack.messages.filter(({ text }) => text.startsWith('Evidence'))).toHaveLength(1);
  });

  it('is found on a later page, and in a channel that is configured by its name', async () => {
    slack.failNext('chat.postMessage', { kind: 'reset', accepted: true });
    await expect(sync(runningView(), { channel: '#incidents' })).rejects.toThrow();
    const other = memoryLedger();
    const { incident } = runningView();
    for (let i = 0; i < 201; i++) {
      const view = runningView({ incident: { ...incident, id: `other-${i}` } });
      const signal = new AbortController().signal;
      await syncThread({ channel: channel(), ledger: other, view, owner: 'w', signal });
    }
    await sync(runningView(), { channel: '#incidents' });
    expect(slack.messages).toHaveLength(202);
    expect(methods().filter((method) => method === 'conversations.history')).toHaveLength(2);
  });
});

describe('many threads in one channel', () => {
  const { incident } = runningView();
  const viewOf = (id: string, view = runningView()) => ({ ...view, incident: { ...incident, id } });

  it('open before the replies of another go on, and Slack is not even asked before their turn', async () => {
    await slack.close();
    let now = 0;
    await start({ postIntervalMs: 1_000, now: () => now });
    const shared = channel({ now: () => now });
    const bring = (view: IncidentView) => {
      const signal = new AbortController().signal;
      return syncThread({ channel: shared, ledger, view, owner: 'worker-1', signal });
    };
    const busy = viewOf('busy', concludedView());
    // The first reply is one that Slack refuses: from then on it is known how much it takes.
    await expect(bring(busy)).rejects.toMatchObject({ name: 'RetryLater', afterMs: 1_000 });
    await expect(bring(viewOf('new'))).rejects.toMatchObject({ name: 'RetryLater' });
    const asked = slack.requests.length;
    now = 1_000;
    await expect(bring(busy)).rejects.toMatchObject({ name: 'RetryLater', afterMs: 1_000 });
    expect(slack.requests).toHaveLength(asked);
    expect(await bring(viewOf('new'))).toMatchObject({ posted: ['card'] });
    now = 2_000;
    await expect(bring(busy)).rejects.toMatchObject({ name: 'RetryLater' });
    expect(slack.messages.map(({ threadTs }) => threadTs === null)).toEqual([true, true, false]);
  });

  it('share its pace, whether it was configured by its name or by its id', async () => {
    const shared = channel({ channel: '#incidents', now: () => 0 });
    const bring = (view: IncidentView) => {
      const signal = new AbortController().signal;
      return syncThread({ channel: shared, ledger, view, owner: 'worker-1', signal });
    };
    await bring(viewOf('one'));
    // A card and three replies are as much as it takes at once.
    const replies = await bring(viewOf('two')).then(() => bring(viewOf('one', concludedView())));
    expect(replies.posted).toHaveLength(2);
    await expect(bring(viewOf('three'))).rejects.toMatchObject({ name: 'RetryLater' });
  });
});

describe('a refusal', () => {
  it('for the rate carries Retry-After, and the next try posts without looking', async () => {
    slack.failNext('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 7 });
    await expect(sync(runningView())).rejects.toMatchObject({ name: 'RetryLater', afterMs: 7_000 });
    await sync(runningView());
    expect(methods()).toEqual(['chat.postMessage', 'chat.postMessage']);
  });

  it('for the rate is never followed by another try at once, whatever Retry-After says', async () => {
    slack.failNext('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 0 });
    await expect(sync(runningView())).rejects.toMatchObject({ name: 'RetryLater', afterMs: 1_000 });
  });

  it('for one message a second a channel leaves a thread that the next tries complete', async () => {
    await slack.close();
    let now = 0;
    await start({ postIntervalMs: 1_000, now: () => now });
    const view = resolvedView();
    for (let tries = 0; tries < 5; tries++) {
      await sync(view).catch((error) => expect(error).toMatchObject({ name: 'RetryLater' }));
      now += 1_000;
    }
    expect(slack.messages).toHaveLength(5);
    expect((await sync(view)).unchanged).toHaveLength(5);
  });

  it.each([
    ['channel_not_found', 'check the channel'],
    ['not_in_channel', '/invite'],
    ['invalid_auth', 'check SLACK_BOT_TOKEN'],
    ['is_archived', 'archived'],
    ['msg_blocks_too_long', 'report it'],
  ])('of %s is final and says what to do', async (error, advice) => {
    slack.failNext('chat.postMessage', { kind: 'error', error });
    const { refused } = await sync(runningView());
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toContain(error);
    expect(refused[0]?.reason).toContain(advice);
  });

  it('for a missing scope names the scope', async () => {
    const failure = { kind: 'error', error: 'missing_scope', needed: 'chat:write' } as const;
    slack.failNext('chat.postMessage', failure);
    const { refused } = await sync(runningView());
    expect(refused[0]?.reason).toContain('add the scope chat:write');
  });

  it('never shows the token', async () => {
    const token = 'a-token-that-is-wrong';
    const { refused } = await sync(runningView(), { token });
    const unreachable = await sync(runningView(), { token, apiUrl: 'http://127.0.0.1:9/' }).catch(
      (error) => error,
    );
    const [probe] = await channel({ token }).probe();
    const said = [JSON.stringify([refused, probe]), String(unreachable), unreachable.stack];
    expect(said.join('\n')).toContain('invalid_auth');
    expect(said.join('\n')).not.toContain(token);
  });
});

describe('probe', () => {
  it('says who the bot is and that each channel can be read, and posts nothing', async () => {
    const routes = [{ match: {}, channel: '#payments' }];
    expect(await channel({ routes }).probe()).toEqual([
      { system: 'slack', ok: true, detail: 'probable-cause in Shop', advice: null },
      { system: `slack ${INCIDENTS}`, ok: true, detail: 'can be read', advice: null },
      { system: 'slack #payments', ok: true, detail: 'can be read', advice: null },
    ]);
    expect(slack.messages).toEqual([]);
  });

  it('names the channel that the bot was not invited to, and the one that is not there', async () => {
    const routes = [
      { match: {}, channel: 'C0PRIVATE' },
      { match: {}, channel: '#typo' },
    ];
    const results = await channel({ routes }).probe();
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, false]);
    expect(results[2]?.advice).toContain('/invite');
    expect(results[3]?.detail).toContain('#typo');
  });

  it('stops at a token that does not work, and says what to check', async () => {
    const results = await channel({ token: 'wrong' }).probe();
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      ok: false,
      advice: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
  });

  it('says when the scope to post is missing', async () => {
    await slack.close();
    await start({ scopes: ['channels:history'] });
    const [account] = await channel().probe();
    expect(account).toMatchObject({ ok: false, advice: expect.stringContaining('chat:write') });
  });

  it('says when Slack cannot be reached', async () => {
    const [account] = await channel({ apiUrl: 'http://127.0.0.1:9/api/' }).probe();
    expect(account).toMatchObject({ ok: false, advice: expect.stringContaining('SLACK_API_URL') });
  });
});
