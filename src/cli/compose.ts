import type { WorkerDeps } from '../../workers/main.ts';
import { createAlertmanagerClient } from '../alertmanager/client.ts';
import type { Config } from '../config/config.ts';
import type { Redact } from '../evidence/redact.ts';
import type { InvestigationSettings } from '../investigation/investigate.ts';
import type { AnthropicModel } from '../models/anthropic.ts';
import { costOf } from '../models/price.ts';
import type { Channel } from '../notify/channel.ts';
import { createPagerDutyNotes } from '../notify/pagerduty/index.ts';
import { createSlackChannel, type SlackChannel } from '../notify/slack/index.ts';
import { createPagerDutyClient, type PagerDutyClient } from '../pagerduty/client.ts';
import { revealed } from './revealed.ts';

/** Null without a key: a supported state, in which the report is what was gathered. */
export async function createAnthropic(
  { model, limits }: Config,
  name = model.name,
): Promise<AnthropicModel | null> {
  if (model.apiKey === null) return null;
  const { createAnthropicModel } = await import('../models/anthropic.ts');
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
