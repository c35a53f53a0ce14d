import { type FakeReply, type FakeRequest, type HttpFake, startHttpFake } from './http-fake.ts';

export interface FakePagerDutyOptions {
  token?: string;
  /** The alerts behind each incident, by its id. */
  incidents: Readonly<Record<string, readonly object[]>>;
  /** How many requests it takes before it limits the rate; PagerDuty's own limit is 960 a minute. Default: none. */
  requests?: number;
}

/** How many seconds it says are left of the minute. */
export const RESET_SECONDS = 7;

/** At most this many items at once, and of a list no further than the 10,000th. */
const MAX_LIMIT = 100;
const MAX_DEPTH = 10_000;

/** PagerDuty's REST API, as far as the alerts of an incident. */
export async function startFakePagerDuty(options: FakePagerDutyOptions): Promise<HttpFake> {
  const { token = 'pd-token', incidents } = options;
  let left = options.requests ?? Number.POSITIVE_INFINITY;
  return await startHttpFake((request) => {
    if (request.headers.authorization !== `Token token=${token}`) {
      return refusal(401, 2006, 'Unauthorized');
    }
    left -= 1;
    if (left < 0) {
      const headers = { 'ratelimit-remaining': '0', 'ratelimit-reset': `${RESET_SECONDS}` };
      return { ...refusal(429, 2020, 'Rate Limit Exceeded'), headers };
    }
    if (request.path === '/incidents') return page(request, []);
    const id = /^\/incidents\/([^/]+)\/alerts$/.exec(request.path)?.[1] ?? '';
    const alerts = Object.hasOwn(incidents, id) ? incidents[id] : undefined;
    if (alerts === undefined || request.method !== 'GET') return refusal(404, 2100, 'Not Found');
    return page(request, alerts);
  });
}

function page({ params }: FakeRequest, alerts: readonly object[]): FakeReply {
  const limit = Math.min(Number(params.get('limit') ?? 25), MAX_LIMIT);
  const offset = Number(params.get('offset') ?? 0);
  if (offset + limit > MAX_DEPTH) return refusal(400, 2001, 'Invalid Input Provided');
  const more = offset + limit < alerts.length;
  const body = {
    incidents: [],
    alerts: alerts.slice(offset, offset + limit),
    limit,
    offset,
    more,
    total: null,
  };
  return { status: 200, body };
}

function refusal(status: number, code: number, message: string): FakeReply {
  return { status, body: { error: { message, code } } };
}
