import type { EvidenceLine } from '../incident/view.ts';
import { type Json, JsonObject } from '../lib/json.ts';
import type { Cause, Report, Verdict } from '../report/report.ts';

/** How numbers, times and enumerations are said to a person. Pure; nothing here is escaped for any channel. */

/** What the reader must feel before reading: a channel maps it to its colours. */
export type Tone = 'working' | 'bad' | 'warn' | 'good' | 'unclear';

export const VERDICTS: Record<Verdict, { tone: Tone; icon: string; label: string }> = {
  action_required: { tone: 'bad', icon: '🔴', label: 'Action required' },
  action_suggested: { tone: 'warn', icon: '🟡', label: 'Action suggested' },
  no_action: { tone: 'good', icon: '🟢', label: 'No action needed' },
  inconclusive: { tone: 'unclear', icon: '⚪', label: 'Inconclusive' },
};

const LIMITS: Record<NonNullable<Report['stopped']>['limit'], string> = {
  turns: 'the limit on turns was reached',
  tokens: 'the limit on tokens was reached',
  usd: 'the limit on cost was reached',
  seconds: 'the time limit was reached',
  output: 'the limit on output was reached',
  context: "the model's context was full",
  refusal: 'the model refused to go on',
  model: 'the model gave no usable answer',
  error: 'the investigation failed',
  resolved: 'the alerts resolved',
  silenced: 'the alerts are silenced',
  investigationsPerHour: 'the limit on investigations in an hour was reached',
  usdPerHour: 'the limit on cost in an hour was reached',
  usdPerAlertname: 'the limit on the cost of one alert in an hour was reached',
};

/** `92% (high)`. The words are the same for every model, so that readers learn what they mean. */
export function confidenceWords(confidence: number): string {
  const grade =
    confidence >= 0.85
      ? 'high'
      : confidence >= 0.6
        ? 'moderate'
        : confidence >= 0.3
          ? 'low'
          : 'a guess';
  return `${Math.round(confidence * 100)}% (${grade})`;
}

/** `3 of 4 claims checked`: checked means that the quote stands in the stored evidence. */
export function checkedWords(report: Report): string {
  const verified = report.claims.filter((claim) => claim.verified).length;
  const total = report.claims.length;
  return total === 0 ? 'no claims' : `${verified} of ${plural(total, 'claim')} checked`;
}

export function stoppedWords(stopped: NonNullable<Report['stopped']>): string {
  return `Stopped early, ${LIMITS[stopped.limit]}: ${stopped.detail}`;
}

export function riskWords(risk: Report['nextSteps'][number]['risk']): string {
  return risk === 'none' ? 'no risk' : `${risk} risk`;
}

/** `oom-killed · Deployment shop/checkout` */
export function causeWords(cause: Cause): string {
  return `${cause.failureMode} · ${objectWords(cause.object)}`;
}

function objectWords({ kind, namespace, name }: Cause['object']): string {
  return `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;
}

/** `9 tool calls · 41 s · 38,120 tokens · $0.04 · claude-sonnet-5-5`; without a model only what was spent. */
export function usageWords({ usage, model, author }: Report): string {
  const parts = [plural(usage.toolCalls, 'tool call'), durationWords(usage.wallMs)];
  const tokens = usage.inputTokens + usage.cacheReadTokens + usage.outputTokens;
  if (tokens > 0) parts.push(`${count(tokens)} tokens`, `$${usage.usd.toFixed(2)}`);
  if (author === 'model' && model !== null) parts.push(model);
  return parts.join(' · ');
}

/** `kubectl_get_pods(namespace=shop, label_selector='app in (checkout, cart)')` */
export function callWords({ tool, args }: EvidenceLine): string {
  const parsed = parseArgs(args);
  if (parsed === null) return `${tool}(${args})`;
  const pairs = Object.entries(parsed).map(([name, value]) => `${name}=${argumentWords(value)}`);
  return `${tool}(${pairs.join(', ')})`;
}

/** Quotes only where it helps, and no back-slashes where single quotes do: queries are full of double ones. */
function argumentWords(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/^[^\s,()"']+$/.test(value)) return value;
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}

function parseArgs(args: string): JsonObject | null {
  try {
    return JsonObject.parse(JSON.parse(args));
  } catch {
    return null;
  }
}

/** UTC, because a thread is read from several time zones: `03:12 UTC`, with the date when it is not that of `day`. */
export function timeWords(instant: string, day: string): string {
  const [date, time] = utc(instant);
  const clock = `${time.slice(0, 5)} UTC`;
  return date === utc(day)[0] ? clock : `${date} ${clock}`;
}

/** To the second, for a timeline: `03:12:04`, with the date when it is not that of `day`. */
export function secondWords(instant: string, day: string): string {
  const [date, time] = utc(instant);
  return date === utc(day)[0] ? time : `${date} ${time}`;
}

/** `2026-11-21 03:12 UTC` */
export function dateTimeWords(instant: string): string {
  const [date, time] = utc(instant);
  return `${date} ${time.slice(0, 5)} UTC`;
}

function utc(instant: string): [date: string, time: string] {
  const iso = new Date(instant).toISOString();
  return [iso.slice(0, 10), iso.slice(11, 19)];
}

export function durationWords(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function bytesWords(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
