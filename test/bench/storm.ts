import { setTimeout } from 'node:timers/promises';
import { alertBody } from '../e2e/shop.ts';
import { isWorking } from '../e2e/thread.ts';
import type { World } from '../e2e/world.ts';
import { post } from '../e2e/world.ts';
import { quantile } from './measure.ts';
import { inSeconds, printFigure, printTitle } from './print.ts';
import { type ProcessFigures, readFigures } from './process-figures.ts';
import { onLogged, type Programs, startPrograms } from './programs.ts';

const DELIVERIES = 1_000;
const ALERTS_EACH = 10;
const SECONDS = 10;
const GROUPS = 40;
/**
 * That the groups are routed to, one run each. Slack takes about one message a second into a channel, of all its groups
 * together: with one for each group it shows what the program takes, with few what Slack does.
 */
const CHANNEL_COUNTS = [GROUPS, 10];
const MESSAGE_EVERY_MS = 1_000;
/** So long without a message is the end of it: whoever waits for a turn gets it sooner. */
const QUIET_MS = 8_000;
const MEMORY_WANTED = 'under 350 MB';

const names = Array.from({ length: GROUPS }, (_, index) => `Storm${index}x`);

interface Storm {
  accepted: number;
  /** Milliseconds from the first 2xx of a group to its card, shortest first. */
  firstPosts: number[];
  /** Of the groups, those that have more than one thread, or none. */
  wrongThreads: number;
  concludedMs: number;
  /** In all channels, once there came no more. */
  messages: number;
  longestThread: number;
  edits: number;
  /** Posts that Slack did not take. */
  limited: number;
}

/** Once concluded: it names others that share its investigation too, but says how severe its own incident is alone. */
function isOwnCardOf(name: string): Parameters<World['slack']['onMessage']>[0] {
  const own = new RegExp(`${name} · [^·,]+ · warning`);
  return ({ threadTs, blocks }) => threadTs === null && own.test(JSON.stringify(blocks));
}

/** A storm of alerts, from the webhook to the threads, without a model. */
export async function benchStorm(): Promise<void> {
  const alerts = DELIVERIES * ALERTS_EACH;
  printTitle(
    `storm: ${alerts} alerts in ${SECONDS} s, in ${DELIVERIES} deliveries of ${GROUPS} groups, no model, on Redis and PostgreSQL`,
  );
  for (const count of CHANNEL_COUNTS) await benchOnChannels(count);
}

async function benchOnChannels(count: number): Promise<void> {
  const channels = channelsOf(count);
  const routes = channels.map(({ id, name }) => ({ match: { team: name }, channel: id }));
  const programs = await startPrograms({
    world: { slack: { channels, postIntervalMs: MESSAGE_EVERY_MS } },
    settings: { slack: { channel: channels[0]?.id, routes } },
    env: { ANTHROPIC_API_KEY: '', SLACK_CHANNEL: '', SLACK_MESSAGES_PER_MINUTE: '60' },
  });
  if (programs === null) return console.log('  left out, Redis or PostgreSQL is not installed');
  try {
    printFigure('channels', `${count}, of one message a second each`);
    printMemory('webhooks, before', readFigures(programs.webhooks.pid));
    printMemory('worker, before', readFigures(programs.worker.pid));
    printStorm(await playStorm(programs, count));
    printMemory('webhooks', readFigures(programs.webhooks.pid), MEMORY_WANTED);
    printMemory('worker', readFigures(programs.worker.pid), MEMORY_WANTED);
  } finally {
    await programs.stop();
  }
}

function channelsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: `C0TEAM${index}`,
    name: `team-${index}`,
    member: true,
  }));
}

async function playStorm(
  { webhooks, worker, world: { slack } }: Programs,
  channels: number,
): Promise<Storm> {
  const startedAt = performance.now();
  const decided = onLogged(worker, 'delivery decided', DELIVERIES);
  const postedAt = watchCards(slack);
  const { accepted, firstAccepted } = await sendStorm(webhooks.url, channels);
  await decided;
  await Promise.all(
    names.map((name) =>
      slack.onMessage((message) => isOwnCardOf(name)(message) && !isWorking(message)),
    ),
  );
  const concludedMs = performance.now() - startedAt;
  await quietOf(slack);
  const cards = names.map((name) => slack.messages.filter(isOwnCardOf(name)));
  const firstPosts = cards.map(([card], group) => {
    const posted = postedAt.get(card?.ts ?? '') ?? Number.NaN;
    return posted - (firstAccepted.get(group) ?? Number.NaN);
  });
  return {
    accepted,
    firstPosts: firstPosts.sort((a, b) => a - b),
    wrongThreads: cards.filter((own) => own.length !== 1).length,
    concludedMs,
    ...talkOf(slack),
  };
}

async function quietOf({ messages }: World['slack']): Promise<void> {
  let before = -1;
  while (messages.length !== before) {
    before = messages.length;
    await setTimeout(QUIET_MS);
  }
}

function talkOf({ messages, requests, thread }: World['slack']) {
  const posts = requests.filter(({ method }) => method === 'chat.postMessage').length;
  const cards = messages.filter(({ threadTs }) => threadTs === null);
  return {
    messages: messages.length,
    longestThread: Math.max(...cards.map(({ ts }) => thread(ts).length)),
    edits: messages.reduce((sum, message) => sum + message.edits, 0),
    limited: posts - messages.length,
  };
}

/** When each card was posted, by its `ts`. */
function watchCards(slack: World['slack']): ReadonlyMap<string, number> {
  const postedAt = new Map<string, number>();
  // Never resolved: each message is looked at.
  void slack.onMessage(({ threadTs, ts }) => {
    if (threadTs === null && !postedAt.has(ts)) postedAt.set(ts, performance.now());
    return false;
  });
  return postedAt;
}

/** Evenly over the time, one group after the other, whether the ones before are answered or not. */
async function sendStorm(url: string, channels: number) {
  const firstAccepted = new Map<number, number>();
  let accepted = 0;
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < DELIVERIES; index += 1) {
    const early = startedAt + (index * SECONDS * 1000) / DELIVERIES - performance.now();
    if (early > 0) await setTimeout(early);
    const group = index % GROUPS;
    const answered = post(url, deliveryOf(group, index, channels)).then(async (response) => {
      await response.arrayBuffer();
      if (!response.ok) return;
      accepted += 1;
      if (!firstAccepted.has(group)) firstAccepted.set(group, performance.now());
    });
    pending.push(answered);
  }
  await Promise.all(pending);
  return { accepted, firstAccepted };
}

/** Alerts of pods that nobody was told of before. */
function deliveryOf(group: number, index: number, channels: number) {
  const labels = { severity: 'warning', team: `team-${group % channels}` };
  const body = alertBody({ name: names[group] ?? '', labels });
  const alerts = body.alerts.flatMap((alert) =>
    Array.from({ length: ALERTS_EACH }, (_, number) => ({
      ...alert,
      labels: { ...alert.labels, pod: `checkout-${index}-${number}` },
      fingerprint: `fingerprint-${index}-${number}`,
    })),
  );
  return { ...body, alerts };
}

function printStorm(storm: Storm): void {
  const { accepted, firstPosts, wrongThreads, concludedMs, messages, longestThread } = storm;
  printFigure('deliveries accepted', `${accepted} of ${DELIVERIES}`, 'all');
  printFigure('groups without exactly one thread', `${wrongThreads} of ${GROUPS}`, 'none');
  printFigure('first post after the first 2xx, p50', inSeconds(quantile(firstPosts, 0.5)));
  printFigure(
    'first post after the first 2xx, p95',
    inSeconds(quantile(firstPosts, 0.95)),
    'under 5 s',
  );
  printFigure('from the first alert to the last verdict', inSeconds(concludedMs));
  printFigure('messages in Slack', `${messages}, at most ${longestThread} in a thread`);
  printFigure('edits in Slack', `${storm.edits}`);
  printFigure('posts answered with 429', `${storm.limited}`);
}

function printMemory(
  program: string,
  figures: ProcessFigures | null,
  wanted: string | null = null,
): void {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const value =
    figures === null
      ? 'not measured, there is no /proc'
      : `${megabytes(figures.peakBytes)} at most, ${megabytes(figures.residentBytes)} at the end`;
  printFigure(`resident memory of ${program}`, value, wanted);
}
