import { z } from 'zod';
import type { ProbeResult } from '../lib/probe.ts';
import { bounded, type Endpoint, readText, refuseRedirect } from '../tools/http.ts';
import { ToolError } from '../tools/tool.ts';

export interface PagerDutyOptions {
  /** `https://api.pagerduty.com`, or that of another region. */
  url: string;
  /** A read-only key is enough. */
  token: string;
  /** How long one request may take. Default: 5,000. */
  timeoutMs?: number;
}

interface IncidentAlerts {
  /** As PagerDuty gave them; nothing of them is checked. */
  alerts: unknown[];
  /** Whether these are all. */
  complete: boolean;
}

export interface PagerDutyClient {
  /**
   * The alerts behind an incident, at most 1,000, which is as many as PagerDuty puts into one.
   * @throws PagerDutyFailure; the signal's reason when aborted.
   */
  alertsOf(incidentId: string, signal: AbortSignal): Promise<IncidentAlerts>;
  /** Whether incidents can be read. */
  probe(signal: AbortSignal): Promise<ProbeResult>;
}

/** Why PagerDuty did not say, in words for a report; they name neither host nor token. */
export class PagerDutyFailure extends Error {
  override readonly name = 'PagerDutyFailure';
  /** Whether the same question may be answered later. */
  readonly retry: boolean;
  /** When, if PagerDuty said so. */
  readonly retryAfterMs: number | null;
  constructor(message: string, retry: boolean, retryAfterMs: number | null = null) {
    super(message);
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The most that its API gives at once. */
const PAGE = 100;
const MAX_PAGES = 10;

const Page = z.object({ alerts: z.array(z.unknown()), more: z.boolean().nullish() });

/** Reads PagerDuty's REST API, version 2. https://developer.pagerduty.com/api-reference */
export function createPagerDutyClient(options: PagerDutyOptions): PagerDutyClient {
  const endpoint: Endpoint = {
    system: 'PagerDuty',
    url: options.url,
    headers: {
      Accept: 'application/vnd.pagerduty+json;version=2',
      Authorization: `Token token=${options.token}`,
    },
    timeoutMs: options.timeoutMs ?? 5_000,
    maxBytes: 16 * 1024 * 1024,
  };
  return {
    async alertsOf(incidentId, signal) {
      const alerts: unknown[] = [];
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query = `limit=${PAGE}&offset=${page * PAGE}`;
        const path = `/incidents/${encodeURIComponent(incidentId)}/alerts?${query}`;
        const answer = Page.safeParse(await get(endpoint, path, signal));
        if (!answer.success) throw new PagerDutyFailure('PagerDuty answered with no alerts', false);
        alerts.push(...answer.data.alerts);
        if (answer.data.more !== true) return { alerts, complete: true };
      }
      return { alerts, complete: false };
    },
    async probe(signal) {
      const system = 'PagerDuty';
      try {
        await get(endpoint, '/incidents?limit=1', signal);
        return { system, ok: true, detail: 'incidents can be read', advice: null };
      } catch (error) {
        if (!(error instanceof PagerDutyFailure)) throw error;
        const advice = 'check PAGERDUTY_API_TOKEN and PAGERDUTY_API_URL';
        return { system, ok: false, detail: error.message, advice };
      }
    },
  };
}

interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

async function get(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<unknown> {
  const { status, headers, body } = await ask(endpoint, path, signal);
  if (status !== 200) throw failureOf(status, headers);
  try {
    return JSON.parse(body);
  } catch {
    throw new PagerDutyFailure('PagerDuty answered with something other than JSON', true);
  }
}

async function ask(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<Answer> {
  try {
    return await bounded(endpoint, signal, async (limited) => {
      const response = await fetch(`${endpoint.url}${path}`, {
        headers: endpoint.headers,
        redirect: 'manual',
        signal: limited,
      });
      refuseRedirect(endpoint.system, response.status);
      const { status, headers } = response;
      return { status, headers, body: await readText(endpoint, response.body) };
    });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new PagerDutyFailure(error.message.replace(/\.$/, ''), true);
  }
}

const ADVICE = new Map([
  [401, 'the token in PAGERDUTY_API_TOKEN is not valid, or PAGERDUTY_API_URL is of another region'],
  [402, 'the account does not include this part of the API'],
  [403, 'the token in PAGERDUTY_API_TOKEN may not read incidents'],
  [404, 'there is no such incident in the account of PAGERDUTY_API_TOKEN'],
]);

function failureOf(status: number, headers: Headers): PagerDutyFailure {
  if (status === 429) {
    const message = 'PagerDuty limits the rate of requests';
    return new PagerDutyFailure(message, true, resetMs(headers.get('ratelimit-reset')));
  }
  const advice = ADVICE.get(status);
  const message = `PagerDuty answered with HTTP ${status}${advice === undefined ? '' : `: ${advice}`}`;
  return new PagerDutyFailure(message, status >= 500 || status === 408);
}

/** PagerDuty says in how many seconds its limit begins anew. */
function resetMs(seconds: string | null): number | null {
  return seconds !== null && /^\d{1,4}$/.test(seconds) ? Number(seconds) * 1000 : null;
}
