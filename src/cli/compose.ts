import type { WorkerDeps } from '../../workers/main.ts';
import { createAlertmanagerClient } from '../alertmanager/client.ts';
import type { Config } from '../config/config.ts';
import type { Redact } from '../evidence/redact.ts';
import type { InvestigationSettings } from '../investigation/investigate.ts';
import type { Logger } from '../lib/log.ts';
import { type AnthropicModel, createAnthropicModel } from '../models/anthropic.ts';
import { costOf } from '../models/price.ts';
import type { Channel } from '../notify/channel.ts';
import { createPagerDutyNotes } from '../notify/pagerduty/index.ts';
import { createSlackChannel, type SlackChannel } from '../notify/slack/index.ts';
import { createPagerDutyClient, type PagerDutyClient } from '../pagerduty/client.ts';
import { openPostgresQueue, openRedisQueue } from '../queue/open.ts';
import type { Queue } from '../queue/queue.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { DirectoryInUse } from '../store/directory-lock.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { revealed } from './revealed.ts';

/** A mistake of the person at the keyboard, or a missing system: told without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export interface Storage {
  store: Store;
  queue: Queue;
  /** Lets running jobs end for up to `graceMs`, then closes everything. Never rejects. */
  close(graceMs: number): Promise<void>;
}

export function openStorage(config: Config, log: Logger): Promise<Storage> {
  return openBoth(config, log, false);
}

/** Store and queue for a command; beside a running `serve` they are that one's. */
export function openStorageBeside(config: Config, log: Logger): Promise<Storage> {
  return openBoth(config, log, true);
}

async function openBoth(config: Config, log: Logger, attach: boolean): Promise<Storage> {
  const database = await openConfiguredDatabase(config, attach);
  const store = await openStore(database);
  const queue = await openQueue(config, database, log);
  return {
    store,
    queue,
    async close(graceMs) {
      await queue.close(graceMs);
      await store.close();
      await database.close();
    },
  };
}

/** The store alone, to read from; beside a running `serve` it is that one's. */
export async function openStoreToRead(
  config: Config,
): Promise<{ store: Store; close(): Promise<void> }> {
  const database = await openConfiguredDatabase(config, true);
  const store = await openStore(database);
  return {
    store,
    async close() {
      await store.close();
      await database.close();
    },
  };
}

/** The queue alone, for a process that only takes webhooks. */
export async function openQueueAlone(
  config: Config,
  log: Logger,
): Promise<{ queue: Queue; close(): Promise<void> }> {
  const { databaseUrl, redisUrl } = config.storage;
  if (redisUrl !== null) {
    const queue = await openRedisQueue({ url: redisUrl.reveal(), log });
    return { queue, close: () => queue.close(0) };
  }
  if (databaseUrl === null) {
    throw new CommandError(
      'webhooks: the embedded database serves one process only. Run "serve", or set REDIS_URL or DATABASE_URL.',
    );
  }
  const database = await openConfiguredDatabase(config, false);
  const queue = await openQueue(config, database, log);
  return {
    queue,
    async close() {
      await queue.close(0);
      await database.close();
    },
  };
}

async function openConfiguredDatabase({ storage }: Config, attach: boolean): Promise<Database> {
  try {
    return await (storage.databaseUrl === null
      ? openDatabase({ dataDir: storage.dataDir, attach })
      : openDatabase({ url: storage.databaseUrl.reveal() }));
  } catch (error) {
    if (error instanceof DirectoryInUse || !(error instanceof Error)) throw error;
    // It was written to be read, and names the place; where it was thrown helps nobody.
    throw new CommandError(error.message);
  }
}

function openQueue({ storage }: Config, database: Database, log: Logger): Promise<Queue> {
  return storage.redisUrl === null
    ? openPostgresQueue({ connection: database.queueConnection, embedded: database.embedded, log })
    : openRedisQueue({ url: storage.redisUrl.reveal(), log });
}

/** Null without a key: a supported state, in which the report is what was gathered. */
export function createAnthropic(
  { model, limits }: Config,
  name = model.name,
): AnthropicModel | null {
  if (model.apiKey === null) return null;
  return createAnthropicModel({
    apiKey: model.apiKey.reveal(),
    baseUrl: model.baseUrl ?? undefined,
    model: name,
    timeoutMs: limits.modelSeconds * 1000,
    maxRetries: 2,
  });
}

export function investigationSettings(
  { model, limits }: Config,
  name = model.name,
): InvestigationSettings {
  const price = model.prices[name] ?? null;
  return {
    limits,
    toolLimits: limits,
    evidenceBytes: limits.evidenceBytes,
    maxOutputTokens: model.maxOutputTokens,
    costOf: (usage) => costOf(usage, price).usd,
  };
}

/** Null when Slack is not configured. */
export function createSlack({ slack }: Config): SlackChannel | null {
  if (slack === null) return null;
  return createSlackChannel({
    token: slack.botToken.reveal(),
    channel: slack.channel,
    routes: slack.routes,
    messagesPerMinute: slack.messagesPerMinute,
    ...(slack.apiUrl === null ? {} : { apiUrl: slack.apiUrl }),
  });
}

/** Null without a token: what is behind an incident is then a gap of its report. */
export function createPagerDuty({ pagerduty }: Config): PagerDutyClient | null {
  if (pagerduty.apiToken === null) return null;
  return createPagerDutyClient({
    url: pagerduty.apiUrl,
    token: pagerduty.apiToken.reveal(),
  });
}

/** Null when reports do not go back to PagerDuty. */
export function createNotes(config: Config, redact: Redact): Channel<string> | null {
  const { from } = config.pagerduty;
  const client = createPagerDuty(config);
  return client === null || from === null ? null : createPagerDutyNotes({ client, from, redact });
}

/** Whom workers ask for what webhooks lost; null: nobody. */
export function reconcileOf(config: Config): WorkerDeps['reconcile'] {
  if (config.reconcile === null) return null;
  const { everySeconds, lateSeconds, alertmanager, pagerduty } = config.reconcile;
  const client = pagerduty === undefined ? null : createPagerDuty(config);
  return {
    everyMs: everySeconds * 1000,
    lateAfterMs: lateSeconds * 1000,
    alertmanagers: alertmanager.map(({ url, headers, receivers }) =>
      createAlertmanagerClient({ url, headers: revealed(headers), receivers }),
    ),
    pagerduty: client === null ? null : { client, services: pagerduty?.services ?? [] },
  };
}
