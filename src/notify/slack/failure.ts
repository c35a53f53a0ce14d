import { oneLine, truncate } from '../../lib/escape.ts';
import { ChannelError } from '../channel.ts';

/** Why Slack did not do what was asked. `advice` is what the operator can do about it. */
export class SlackFailure extends ChannelError {
  readonly detail: string;
  readonly advice: string | null;
  constructor(detail: string, { retry, retryAfterMs = null, advice = null }: FailureOptions) {
    super(advice === null ? detail : `${detail}: ${advice}`, retry, retryAfterMs);
    this.detail = detail;
    this.advice = advice;
  }
}

interface FailureOptions {
  retry: boolean;
  retryAfterMs?: number | null;
  advice?: string | null;
}

/** What Slack says in a body with `ok: false`. */
export interface Refusal {
  error: string;
  needed?: string | undefined;
  messages?: string[] | undefined;
}

const TOKEN = 'check SLACK_BOT_TOKEN, the bot token of an app that is installed in the workspace';
const CHANNEL =
  'check the channel (its id, such as C0123456789, is best) and, when it is private, invite the bot to it';
const INVITE = 'invite the bot to the channel: /invite @name-of-the-bot';
const OURS = 'this is a bug of probable-cause, please report it';
const GONE = 'somebody deleted the message or the workspace does not let it be edited';

const ADVICE: Record<string, string> = {
  invalid_auth: TOKEN,
  not_authed: TOKEN,
  account_inactive: TOKEN,
  token_revoked: TOKEN,
  token_expired: TOKEN,
  not_allowed_token_type: TOKEN,
  channel_not_found: CHANNEL,
  not_in_channel: INVITE,
  is_archived: 'the channel is archived: choose another one, or bring it back',
  restricted_action:
    'the workspace or the channel does not let the bot post: ask its administrator',
  message_not_found: GONE,
  cant_update_message: GONE,
  edit_window_closed: GONE,
  thread_not_found: GONE,
  invalid_blocks: OURS,
  invalid_blocks_format: OURS,
  msg_too_long: OURS,
  msg_blocks_too_long: OURS,
  no_text: OURS,
  invalid_arguments: OURS,
};

/** Slack's own outages. After some of these it may nevertheless have done what was asked. */
const OUTAGES = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

/** For a rate limit that does not say how long, which has been seen in bodies of status 200. */
const RATE_LIMIT_MS = 30_000;

/** A refusal in Slack's own words, with what to do. */
export function refused(method: string, refusal: Refusal): SlackFailure {
  const { error, needed, messages = [] } = refusal;
  // The SDK puts a body that is no JSON, such as a proxy's error page, where the error's code belongs.
  if (!/^[a-z][a-z0-9_]*$/.test(error))
    return new SlackFailure(`Slack answered ${method} with no JSON (${brief(error)})`, {
      retry: true,
    });
  const detail = `Slack refused ${method} (${[error, ...messages].map(brief).join('; ')})`;
  if (OUTAGES.has(error)) return new SlackFailure(detail, { retry: true });
  if (error === 'ratelimited' || error === 'rate_limited')
    return new SlackFailure(detail, { retry: true, retryAfterMs: RATE_LIMIT_MS });
  const advice =
    error === 'missing_scope'
      ? `add the scope ${needed ?? 'that it names'} to the app and install it again`
      : (ADVICE[error] ?? null);
  return new SlackFailure(detail, { retry: false, advice });
}

export function rateLimited(method: string, retryAfterSeconds: number): SlackFailure {
  return new SlackFailure(`Slack limits the rate of ${method}`, {
    retry: true,
    // Of 0 it would be refused again at once, until its job is given up.
    retryAfterMs: Math.max(1, retryAfterSeconds) * 1_000,
  });
}

/** Ours, before Slack is asked. */
export function notItsTurn(retryAfterMs: number): SlackFailure {
  return new SlackFailure('Slack takes other messages into this channel first', {
    retry: true,
    retryAfterMs,
  });
}

export function badStatus(method: string, status: number): SlackFailure {
  const retry = status >= 500 || status === 408;
  const advice = retry ? null : 'check SLACK_API_URL, and any proxy on the way to Slack';
  return new SlackFailure(`Slack answered ${method} with HTTP ${status}`, { retry, advice });
}

/** No answer came: a timeout, a reset, a name that does not resolve. The request may have been carried out. */
export function unanswered(method: string, cause: unknown): SlackFailure {
  const why = cause instanceof Error ? rootMessage(cause) : String(cause);
  return new SlackFailure(`Slack did not answer ${method} (${brief(why)})`, {
    retry: true,
    advice: 'check that slack.com, or SLACK_API_URL, can be reached from here',
  });
}

/** `fetch failed` says nothing; what it was caused by does. */
function rootMessage(error: Error): string {
  const message = error.cause instanceof Error ? rootMessage(error.cause) : error.message;
  return message === '' ? error.name : message;
}

function brief(text: string): string {
  return truncate(oneLine(text), 160);
}
