import { type FakeReply, type FakeRequest, type HttpFake, startHttpFake } from './http-fake.ts';
import { catalogueReply, type FakeCatalogue } from './prometheus-catalogue.ts';

/**
 * A canned series: samples as they were scraped, in Unix seconds, from which any step is answered. The value
 * `stale` is the marker with which Prometheus ends a series at once, as it does for alerts.
 */
export interface FakeSeries {
  metric: Record<string, string>;
  values: readonly (readonly [seconds: number, value: string | number])[];
}

export interface FakePrometheusOptions extends FakeCatalogue {
  /** By the exact query. A query that is not here matches no series. */
  series: Record<string, readonly FakeSeries[]>;
  /** By the exact query: what evaluating it fails with. */
  errors?: Record<string, { status: number; errorType: string; error: string }>;
  warnings?: readonly string[];
  infos?: readonly string[];
  /** What there is besides, for the series and label endpoints. */
  labels?: readonly Record<string, string>[];
  /** By the exact query: an answer to an instant query that is no vector. */
  instants?: Record<string, { resultType: string; result: unknown }>;
  /** Paths that this Prometheus does not have, as what only answers queries. */
  absent?: readonly string[];
  /** When set, every request needs it as bearer token. */
  token?: string;
}

const MAX_POINTS = 11_000;
/** How long a sample stands for the time after it. */
const LOOKBACK_SECONDS = 300;

/** Prometheus' query API over real HTTP, with canned series. Nothing exists that does more than read. */
export async function startFakePrometheus(options: FakePrometheusOptions): Promise<HttpFake> {
  return await startHttpFake((request) => {
    if (
      options.token !== undefined &&
      request.headers.authorization !== `Bearer ${options.token}`
    ) {
      return { status: 401, body: 'Unauthorized\n' };
    }
    if (request.method !== 'GET' && request.method !== 'POST') {
      return { status: 405, body: 'Method Not Allowed\n' };
    }
    if (options.absent?.includes(request.path)) {
      return { status: 404, body: '404 page not found\n' };
    }
    if (request.path === '/api/v1/query') return instant(request, options);
    if (request.path === '/api/v1/query_range') return range(request, options);
    const labels = Object.values(options.series).flatMap((all) => all.map(({ metric }) => metric));
    return (
      catalogueReply(request, [...labels, ...(options.labels ?? [])], options) ?? {
        status: 404,
        body: '404 page not found\n',
      }
    );
  });
}

function instant({ params }: FakeRequest, options: FakePrometheusOptions): FakeReply {
  const query = params.get('query') ?? '';
  const refused = refusal(query, options);
  if (refused) return refused;
  const at = parseTime(params.get('time')) ?? Date.now() / 1000;
  const other = options.instants?.[query];
  if (other) return success(other.resultType, other.result, options);
  const scalar = /^vector\((-?[\d.]+)\)$/.exec(query)?.[1];
  const result =
    scalar === undefined
      ? (options.series[query] ?? []).flatMap(({ metric, values }) => {
          const value = valueAt(values, at);
          return value === null ? [] : [{ metric, value: [at, value] }];
        })
      : [{ metric: {}, value: [at, scalar] }];
  return success('vector', result, options);
}

function range({ params }: FakeRequest, options: FakePrometheusOptions): FakeReply {
  const start = parseTime(params.get('start'));
  const end = parseTime(params.get('end'));
  const step = Number(params.get('step'));
  if (start === null)
    return badData('invalid parameter "start": cannot parse "" to a valid timestamp');
  if (end === null) return badData('invalid parameter "end": cannot parse "" to a valid timestamp');
  if (end < start)
    return badData('invalid parameter "end": end timestamp must not be before start time');
  if (!(step > 0)) {
    return badData(
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if ((end - start) / step > MAX_POINTS) {
    return badData(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const query = params.get('query') ?? '';
  const refused = refusal(query, options);
  if (refused) return refused;
  const result = (options.series[query] ?? []).flatMap(({ metric, values }) => {
    const points: [number, string][] = [];
    for (let at = start; at <= end; at += step) {
      const value = valueAt(values, at);
      if (value !== null) points.push([at, value]);
    }
    return points.length === 0 ? [] : [{ metric, values: points }];
  });
  return success('matrix', result, options);
}

function refusal(query: string, { errors = {} }: FakePrometheusOptions): FakeReply | null {
  const failing = errors[query];
  if (failing) {
    const { errorType, error } = failing;
    return { status: failing.status, body: { status: 'error', errorType, error } };
  }
  if (query === '')
    return badData(
      'invalid parameter "query": unknown position: parse error: no expression found in input',
    );
  const unclosed = firstUnclosed(query);
  if (unclosed === null) return null;
  return badData(
    `invalid parameter "query": 1:${unclosed.at + 1}: parse error: unclosed left ${unclosed.name}`,
  );
}

function firstUnclosed(query: string): { at: number; name: string } | null {
  const open: { at: number; name: string }[] = [];
  const names: Record<string, string> = { '(': 'parenthesis', '{': 'brace', '[': 'bracket' };
  for (const [at, character] of [
    ...query.replace(/"[^"]*"/g, (it) => '_'.repeat(it.length)),
  ].entries()) {
    const name = names[character];
    if (name !== undefined) open.push({ at, name });
    if (')}]'.includes(character)) open.pop();
  }
  return open[0] ?? null;
}

function valueAt(values: FakeSeries['values'], at: number): string | null {
  const sample = values.findLast(([seconds]) => seconds <= at);
  if (!sample || sample[1] === 'stale' || at - sample[0] >= LOOKBACK_SECONDS) return null;
  return String(sample[1]);
}

/** Unix seconds or RFC 3339, as Prometheus takes both. */
function parseTime(text: string | null): number | null {
  if (text === null || text === '') return null;
  const seconds = Number.isNaN(Number(text)) ? Date.parse(text) / 1000 : Number(text);
  return Number.isNaN(seconds) ? null : seconds;
}

function success(resultType: string, result: unknown, options: FakePrometheusOptions): FakeReply {
  const { warnings, infos } = options;
  return {
    status: 200,
    body: {
      status: 'success',
      data: { resultType, result },
      ...(warnings ? { warnings } : {}),
      ...(infos ? { infos } : {}),
    },
  };
}

function badData(error: string): FakeReply {
  return { status: 400, body: { status: 'error', errorType: 'bad_data', error } };
}
