import { z } from 'zod';
import { withoutAddresses } from '../http.ts';
import { ToolError } from '../tool.ts';

/** What to do about the limits of Loki that a query meets. Each is known by Loki's own words. */
const ADVICE: readonly [words: RegExp, advice: string][] = [
  [/too many outstanding requests/i, 'Loki is busy: ask again in a while, with a shorter since.'],
  [/max entries limit/i, 'Ask for fewer lines (limit).'],
  [/time range exceeds the limit|query length/i, 'Ask for a shorter since.'],
  [/would read too many bytes|too many bytes/i, 'Add labels to the selector, or shorten since.'],
  [/maximum (?:number )?of series|max.*series/i, 'Aggregate by fewer labels: sum by (app) (…).'],
  [/deadline exceeded|timed? ?out/i, 'Add labels to the selector, or shorten since.'],
];

/**
 * Loki's refusal in words for a model: its own reason, which is plain text (or JSON from a gateway), without
 * addresses and stack, and how to narrow the query when it met a limit.
 */
export function refusal(status: number, body: string): ToolError {
  if (status === 401 || status === 403) {
    return new ToolError(`Loki refused the credentials or the tenant (HTTP ${status}).`);
  }
  if (status === 404) {
    return new ToolError('There is no Loki API at the configured URL (HTTP 404).');
  }
  const reason = reasonIn(body);
  const advice = ADVICE.find(([words]) => words.test(reason))?.[1];
  const what = status < 500 ? 'refused the query' : 'failed';
  const told = reason === '' ? '.' : `: ${reason}`;
  return new ToolError(`Loki ${what} (HTTP ${status})${told}${advice ? `\n${advice}` : ''}`);
}

const MAX_REASON = 1_000;
const JsonReason = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ error: z.string() }).transform(({ error }) => error),
]);

function reasonIn(body: string): string {
  const text = body.trim();
  if (text.startsWith('<')) return '';
  const [withoutStack = ''] = messageOf(text).split(/\n(?=\s|goroutine |panic: )/);
  return withoutAddresses(withoutStack.trim()).slice(0, MAX_REASON);
}

function messageOf(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    return JsonReason.safeParse(JSON.parse(text)).data ?? '';
  } catch {
    return text;
  }
}
