import type { LabelSet } from '../alert/alert.ts';
import { type EnvValues, envValue } from './env-values.ts';
import type { SlackSection } from './file-values.ts';
import type { Problems } from './problems.ts';
import type { Secret } from './secret.ts';
import type { Environ } from './settings.ts';

export interface SlackConfig {
  botToken: Secret;
  channel: string;
  /** Null: Slack's own. */
  apiUrl: string | null;
  /** Into one channel. */
  messagesPerMinute: number;
  /** The first whose labels an alert carries takes it from `channel`. */
  routes: { match: LabelSet; channel: string }[];
}

/** Null without Slack. A token without a channel, or a channel without a token, is a problem. */
export function slackOf(
  fromEnv: EnvValues,
  env: Environ,
  section: SlackSection,
  problems: Problems,
): SlackConfig | null {
  const channel = fromEnv.slackChannel ?? section.channel;
  const tokenGiven = envValue(env, 'SLACK_BOT_TOKEN') !== undefined;
  if (tokenGiven && channel === undefined) {
    problems.add(
      'SLACK_CHANNEL',
      'nothing, while SLACK_BOT_TOKEN is set',
      'the channel for incident threads, here or as slack.channel in the file',
    );
  }
  if (!tokenGiven && (channel !== undefined || section.routes.length > 0)) {
    problems.add(
      'SLACK_BOT_TOKEN',
      'nothing, while a Slack channel is set',
      "the bot token of the Slack app; or remove the channel (SLACK_CHANNEL, or the file's slack section)",
    );
  }
  const botToken = fromEnv.slackBotToken;
  if (botToken === undefined || channel === undefined) return null;
  return {
    botToken,
    channel,
    apiUrl: fromEnv.slackApiUrl ?? null,
    messagesPerMinute: fromEnv.slackMessagesPerMinute ?? 60,
    routes: section.routes,
  };
}
