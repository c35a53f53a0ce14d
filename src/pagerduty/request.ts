import { bounded, type Endpoint, readText, refuseRedirect } from '../tools/http.ts';
import { ToolError } from '../tools/tool.ts';

/** Why PagerDuty did not do what was asked, in words for a report; they name neither host nor token. */
export class PagerDutyFailure extends Error {
  override readonly name = 'PagerDutyFailure';
  /** Whether the same request may be answered later. */
  readonly retry: boolean;
  /** When, if PagerDuty said so: it has then done nothing. */
  readonly retryAfterMs: number | null;
  constructor(message: string, retry: boolean, retryAfterMs: number | null = null) {
    super(message);
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface PagerDutyRequest {
  /** With the query. */
  path: string;
  /** What is sent as JSON by a POST. Absent: a GET. */
  body?: object;
  headers?: Record<string, string>;
  /** What the operator can do about a refusal, by its status. */
  advice: ReadonlyMap<number, string>;
}

/**
 * The body of a successful answer.
 * @throws PagerDutyFailure; the signal's reason when aborted.
 */
export async function ask(
  endpoint: Endpoint,
  request: PagerDutyRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const { status, headers, text } = await send(endpoint, request, signal);
  if (status !== 200 && status !== 201) throw failureOf(status, headers, request.advice);
  try {
    return JSON.parse(text);
  } catch {
    throw new PagerDutyFailure('PagerDuty answered with something other than JSON', true);
  }
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

async function send(
  endpoint: Endpoint,
  { path, body, headers: own }: PagerDutyRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const sent =
    body === undefined
      ? { headers: { ...endpoint.headers, ...own } }
      : {
          method: 'POST',
          headers: { ...endpoint.headers, 'Content-Type': 'application/json', ...own },
          body: JSON.stringify(body),
        };
  try {
    return await bounded(endpoint, signal, async (limited) => {
      const response = await fetch(`${endpoint.url}${path}`, {
        ...sent,
        redirect: 'manual',
        signal: limited,
      });
      refuseRedirect(endpoint.system, response.status);
      const { status, headers } = response;
      return { status, headers, text: await readText(endpoint, response.body) };
    });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new PagerDutyFailure(error.message.replace(/\.$/, ''), true);
  }
}

function failureOf(
  status: number,
  headers: Headers,
  advice: ReadonlyMap<number, string>,
): PagerDutyFailure {
  if (status === 429) {
    const message = 'PagerDuty limits the rate of requests';
    return new PagerDutyFailure(message, true, resetMs(headers.get('ratelimit-reset')));
  }
  const words = advice.get(status);
  const message = `PagerDuty answered with HTTP ${status}${words === undefined ? '' : `: ${words}`}`;
  return new PagerDutyFailure(message, status >= 500 || status === 408);
}

/** PagerDuty says in how many seconds its limit begins anew; 0 is within this one, and not at once. */
function resetMs(seconds: string | null): number | null {
  return seconds !== null && /^\d{1,4}$/.test(seconds) ? Math.max(1, Number(seconds)) * 1000 : null;
}
