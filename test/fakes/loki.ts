import { type FakeReply, type FakeRequest, type HttpFake, startHttpFake } from './http-fake.ts';
import {
  compares,
  LogqlError,
  matches,
  scanLogql,
  selectorsIn,
  syntaxError,
} from './loki-query.ts';

export interface FakeStream {
  /** Its labels. */
  stream: Record<string, string>;
  /** Nanoseconds since 1970 as text, the line, and its structured metadata. In any order. */
  values: readonly (readonly [ns: string, line: string, metadata?: Record<string, string>])[];
}

export interface FakeLokiOptions {
  streams: readonly FakeStream[];
  /** When set, requests need it as `X-Scope-OrgID`. */
  tenant?: string;
  /** Endpoints that an older Loki, or one where they are not enabled, does not have. */
  without?: readonly ('index/stats' | 'index/volume')[];
  /** Queries that are too much for it. */
  refuses?: RegExp;
}

const MAX_ENTRIES = 5_000;
const HOUR_NS = 3_600_000_000_000n;
/** Loki's default limit of a query's length. */
const MAX_LENGTH_HOURS = 721n;

type Handler = (request: FakeRequest, streams: readonly FakeStream[]) => FakeReply;

const ENDPOINTS: Record<string, Handler> = {
  query_range: range,
  series: (request, streams) =>
    success(
      selected(request, streams, request.params.getAll('match[]')).map(({ stream }) => stream),
    ),
  labels: (_request, streams) =>
    success([...new Set(streams.flatMap(({ stream }) => Object.keys(stream)))].sort()),
  'index/stats': stats,
  'index/volume': volume,
};

/**
 * Loki's query API over real HTTP. It understands stream selectors, line filters, and lines counted over
 * time; later stages of a pipeline (parsers, label filters) are taken and let every line through.
 */
export async function startFakeLoki(options: FakeLokiOptions): Promise<HttpFake> {
  return await startHttpFake((request) => {
    if (options.tenant !== undefined && request.headers['x-scope-orgid'] !== options.tenant) {
      return { status: 401, body: 'no org id\n' };
    }
    if (request.method !== 'GET' && request.method !== 'POST') {
      return { status: 405, body: 'Method Not Allowed\n' };
    }
    const endpoint = /^\/loki\/api\/v1\/(.*)$/.exec(request.path)?.[1] ?? '';
    const handler = handlerOf(endpoint);
    if (handler === undefined || options.without?.some((name) => name === endpoint)) {
      return { status: 404, body: '404 page not found\n' };
    }
    if (options.refuses?.test(request.params.get('query') ?? '')) {
      return { status: 429, body: 'too many outstanding requests\n' };
    }
    try {
      return handler(request, options.streams);
    } catch (error) {
      if (error instanceof LogqlError) return { status: 400, body: `${error.message}\n` };
      throw error;
    }
  });
}

function handlerOf(endpoint: string): Handler | undefined {
  const label = /^label\/([^/]+)\/values$/.exec(endpoint)?.[1];
  if (label === undefined) return ENDPOINTS[endpoint];
  // As Loki does once lines have left its ingesters, it forgets the selector that it was asked with.
  return (_request, streams) =>
    success([...new Set(streams.flatMap(({ stream }) => stream[label] ?? []))].sort());
}

function range(request: FakeRequest, streams: readonly FakeStream[]): FakeReply {
  const { params } = request;
  const limit = Number(params.get('limit') ?? 100);
  if (limit > MAX_ENTRIES) {
    throw new LogqlError(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MAX_ENTRIES})`,
    );
  }
  const { start, end } = timesOf(request);
  if (end - start > MAX_LENGTH_HOURS * HOUR_NS) {
    throw new LogqlError(
      `the query time range exceeds the limit (query length: ${(end - start) / HOUR_NS}h0m0s, limit: 30d1h)`,
    );
  }
  const query = (params.get('query') ?? '').trim();
  if (/^[a-z_]+\s*(?:by\s*\([^)]*\)\s*)?\(/.test(query)) return numbers(request, query, streams);
  const forward = params.get('direction') === 'forward';
  const lines = linesOf(query, streams, (ns) => ns >= start && ns < end);
  const chosen = (forward ? lines : lines.reverse()).slice(0, limit);
  const categorized = request.headers['x-loki-response-encoding-flags'] === 'categorize-labels';
  const grouped = Map.groupBy(chosen, ({ stream, metadata }) =>
    JSON.stringify(categorized ? stream : { ...stream, ...metadata }),
  );
  const result = [...grouped].map(([labels, own]) => ({
    stream: JSON.parse(labels),
    values: own.map(({ ns, line, metadata }) => [
      String(ns),
      line,
      ...(categorized ? [metadata === undefined ? {} : { structuredMetadata: metadata }] : []),
    ]),
  }));
  return success({
    resultType: 'streams',
    result,
    ...(categorized ? { encodingFlags: ['categorize-labels'] } : {}),
    stats: {},
  });
}

/** `sum by (app) (count_over_time({…} |= "x" [60s]))`; of any other numbers there are none. */
function numbers(
  { params }: FakeRequest,
  query: string,
  streams: readonly FakeStream[],
): FakeReply {
  selectorsIn(query);
  const counting = /^sum\s*(?:by\s*\((\w+)\)\s*)?\(count_over_time\(([\s\S]*)\[(\d+)s\]\)\)$/.exec(
    query,
  );
  if (!counting) return success({ resultType: 'matrix', result: [] });
  const [, by, logQuery = '', step = ''] = counting;
  const length = BigInt(step) * 1_000_000_000n;
  const series = new Map<string, [number, string][]>();
  const [start, end] = [BigInt(params.get('start') ?? 0), BigInt(params.get('end') ?? 0)];
  for (
    let at = start;
    at <= end;
    at += BigInt(Number.parseInt(params.get('step') ?? '', 10)) * 1_000_000_000n
  ) {
    const lines = linesOf(logQuery, streams, (ns) => ns > at - length && ns <= at);
    for (const [value, own] of Map.groupBy(lines, ({ stream }) => stream[by ?? ''] ?? '')) {
      const samples = series.get(value) ?? [];
      samples.push([Number(at / 1_000_000n) / 1000, String(own.length)]);
      series.set(value, samples);
    }
  }
  const result = [...series].map(([value, values]) => ({
    metric: by === undefined || value === '' ? {} : { [by]: value },
    values,
  }));
  return success({ resultType: 'matrix', result });
}

function stats(request: FakeRequest, streams: readonly FakeStream[]): FakeReply {
  const found = selected(request, streams, [request.params.get('query') ?? '']);
  const lines = found.flatMap(({ values }) => values);
  return {
    status: 200,
    body: {
      streams: found.length,
      chunks: found.length,
      entries: lines.length,
      bytes: sizeOf(lines),
    },
  };
}

function volume(request: FakeRequest, streams: readonly FakeStream[]): FakeReply {
  const { params } = request;
  const label = params.get('targetLabels') ?? '';
  const found = selected(request, streams, [params.get('query') ?? '']);
  const second = Number(BigInt(params.get('end') ?? 0) / 1_000_000_000n);
  const grouped = Map.groupBy(
    found.filter(({ stream }) => label in stream),
    ({ stream }) => stream[label] ?? '',
  );
  const result = [...grouped].map(([value, own]) => ({
    metric: { [label]: value },
    value: [second, String(sizeOf(own.flatMap(({ values }) => values)))],
  }));
  return success({ resultType: 'vector', result });
}

function sizeOf(lines: FakeStream['values']): number {
  return lines.reduce((sum, [, line]) => sum + Buffer.byteLength(line), 0);
}

/** The streams of selectors, each with its lines of the time that is asked about, if it has some. */
function selected(
  request: FakeRequest,
  streams: readonly FakeStream[],
  selectors: readonly string[],
): FakeStream[] {
  const { start, end } = timesOf(request);
  const wanted = selectors.map((selector) => {
    if (!/^\{[\s\S]*\}$/.test(selector.trim()))
      throw new LogqlError('only label matchers are supported');
    return parseLogQuery(selector.trim()).selects;
  });
  return streams
    .filter(({ stream }) => wanted.some((selects) => selects(stream)))
    .map(({ stream, values }) => ({
      stream,
      values: values.filter(([ns]) => BigInt(ns) >= start && BigInt(ns) < end),
    }))
    .filter(({ values }) => values.length > 0);
}

function timesOf({ params }: FakeRequest): { start: bigint; end: bigint } {
  const end = BigInt(params.get('end') ?? `${BigInt(Date.now()) * 1_000_000n}`);
  return { start: BigInt(params.get('start') ?? `${end - HOUR_NS}`), end };
}

/** Oldest first. */
function linesOf(query: string, streams: readonly FakeStream[], during: (ns: bigint) => boolean) {
  const parsed = parseLogQuery(query.trim());
  return streams
    .filter(({ stream }) => parsed.selects(stream))
    .flatMap(({ stream, values }) =>
      values.map(([ns, line, metadata]) => ({ stream, ns: BigInt(ns), line, metadata })),
    )
    .filter(({ ns, line }) => during(ns) && parsed.keeps(line))
    .sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
}

interface LogQuery {
  selects(labels: Record<string, string>): boolean;
  keeps(line: string): boolean;
}

/** @throws LogqlError in Loki's words for why it is none. */
function parseLogQuery(query: string): LogQuery {
  if (!query.startsWith('{')) {
    const what = query === '' ? '$end' : 'IDENTIFIER';
    throw syntaxError(query, 0, `syntax error: unexpected ${what}`);
  }
  const [selector, ...others] = selectorsIn(query);
  const { matchers = [] } = selector ?? {};
  if (others.length > 0) throw syntaxError(query, others[0]?.at ?? 0, 'syntax error: unexpected {');
  if (!matchers.some(({ operator, value }) => !operator.startsWith('!') && value !== '')) {
    throw new LogqlError(
      'queries require at least one regexp or equality matcher that does not have an empty-compatible value. ' +
        'For instance, app=~".*" does not meet this requirement, but app=~".+" will',
    );
  }
  const filters = filtersOf(query);
  return {
    selects: (labels) => matchers.every((matcher) => matches(matcher, labels)),
    keeps: (line) => filters.every((holds) => holds(line)),
  };
}

/** `|= "a" or "b"`: a sign and a text that do not follow the name of a label. */
function filtersOf(query: string): ((line: string) => boolean)[] {
  const tokens = scanLogql(query);
  const stages = tokens.slice(
    tokens.findIndex(({ text, kind }) => kind === 'sign' && text === '}') + 1,
  );
  const [first] = stages;
  if (first !== undefined && !/^[|!]/.test(first.text)) {
    throw syntaxError(query, first.at, 'syntax error: unexpected IDENTIFIER');
  }
  return stages.flatMap(({ kind, text }, index) => {
    const isFilter = kind === 'sign' && ['|=', '!=', '|~', '!~'].includes(text);
    if (!isFilter || stages[index - 1]?.kind === 'word') return [];
    const values: string[] = [];
    for (let at = index + 1; stages[at]?.kind === 'text'; at += 2) {
      values.push(stages[at]?.text ?? '');
      if (stages[at + 1]?.text !== 'or') break;
    }
    const operator = text.replace('|', '=').replace('==', '=');
    const found = (line: string) =>
      values.some((value) => compares(operator.replace('!', '='), line, value, false));
    return [(line: string) => found(line) === !text.startsWith('!')];
  });
}

function success(data: unknown): FakeReply {
  return { status: 200, body: { status: 'success', data } };
}
