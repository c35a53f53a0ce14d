import { type FakeReply, type FakeRequest, type HttpFake, startHttpFake } from './http-fake.ts';

export interface FakeStream {
  /** Its labels. */
  stream: Record<string, string>;
  /** Nanoseconds since 1970 as text, and the line. In any order. */
  values: readonly (readonly [ns: string, line: string])[];
}

export interface FakeLokiOptions {
  streams: readonly FakeStream[];
  /** When set, requests need it as `X-Scope-OrgID`. */
  tenant?: string;
}

const MAX_ENTRIES = 5_000;
const HOUR_NS = 3_600_000_000_000n;

/**
 * Loki's query API over real HTTP. It understands stream selectors and line filters; later stages of a
 * pipeline (parsers, label filters) are taken and let every line through.
 */
export async function startFakeLoki(options: FakeLokiOptions): Promise<HttpFake> {
  return await startHttpFake((request) => {
    if (options.tenant !== undefined && request.headers['x-scope-orgid'] !== options.tenant) {
      return { status: 401, body: 'no org id\n' };
    }
    if (request.method !== 'GET' && request.method !== 'POST') {
      return { status: 405, body: 'Method Not Allowed\n' };
    }
    if (request.path === '/loki/api/v1/labels') {
      const names = options.streams.flatMap(({ stream }) => Object.keys(stream));
      return { status: 200, body: { status: 'success', data: [...new Set(names)].sort() } };
    }
    if (request.path === '/loki/api/v1/query_range') return range(request, options.streams);
    return { status: 404, body: '404 page not found\n' };
  });
}

function range({ params }: FakeRequest, streams: readonly FakeStream[]): FakeReply {
  const limit = Number(params.get('limit') ?? 100);
  if (limit > MAX_ENTRIES) {
    return refuse(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MAX_ENTRIES})`,
    );
  }
  const query = (params.get('query') ?? '').trim();
  if (/^[a-z_]+\s*(?:by\s*\([^)]*\)\s*)?\(/.test(query)) {
    return success('matrix', []);
  }
  const parsed = parseQuery(query);
  if (typeof parsed === 'string') return refuse(parsed);
  const end = BigInt(params.get('end') ?? `${BigInt(Date.now()) * 1_000_000n}`);
  const start = BigInt(params.get('start') ?? `${end - HOUR_NS}`);
  const forward = params.get('direction') === 'forward';
  const lines = streams
    .filter(({ stream }) => parsed.selects(stream))
    .flatMap(({ stream, values }) => values.map(([ns, line]) => ({ stream, ns: BigInt(ns), line })))
    .filter(({ ns, line }) => ns >= start && ns < end && parsed.keeps(line))
    .sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
  const chosen = (forward ? lines : lines.reverse()).slice(0, limit);
  const grouped = Map.groupBy(chosen, ({ stream }) => stream);
  return success(
    'streams',
    [...grouped].map(([stream, own]) => ({
      stream,
      values: own.map(({ ns, line }) => [String(ns), line]),
    })),
  );
}

interface ParsedQuery {
  selects(labels: Record<string, string>): boolean;
  keeps(line: string): boolean;
}

/** The query, or Loki's words for why it is none. */
function parseQuery(query: string): ParsedQuery | string {
  const selector = /^\{([^{}]*)\}/.exec(query);
  if (!selector) {
    const at = query.split(/\s/)[0] ?? '';
    return `parse error at line 1, col 1: syntax error: unexpected ${at === '' ? '$end' : 'IDENTIFIER'}`;
  }
  const matchers = [...(selector[1] ?? '').matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)];
  if (!matchers.some(([, , operator, value]) => !operator?.startsWith('!') && value !== '')) {
    return (
      'queries require at least one regexp or equality matcher that does not have an empty-compatible value. ' +
      'For instance, app=~".*" does not meet this requirement, but app=~".+" will'
    );
  }
  const rest = query.slice(selector[0].length).trim();
  if (rest !== '' && !/^[|!]/.test(rest)) {
    return `parse error at line 1, col ${selector[0].length + 2}: syntax error: unexpected IDENTIFIER`;
  }
  const filters = [...rest.matchAll(/(\|=|!=|\|~|!~)\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g)].map(
    ([, operator = '', quoted, raw]) =>
      matcher(operator.replace('|', '='), raw ?? unquote(quoted ?? ''), false),
  );
  const selectors = matchers.map(([, label = '', operator = '', value = '']) => ({
    label,
    holds: matcher(operator.replace(/^=$/, '=='), unquote(value), true),
  }));
  return {
    selects: (labels) => selectors.every(({ label, holds }) => holds(labels[label] ?? '')),
    keeps: (line) => filters.every((holds) => holds(line)),
  };
}

/** Selectors compare whole values, line filters look inside. */
function matcher(operator: string, value: string, whole: boolean): (text: string) => boolean {
  const wanted = !operator.startsWith('!');
  if (operator.endsWith('~')) {
    // Go's regexps take flags in front.
    const flags = value.startsWith('(?i)') ? 'i' : '';
    const body = value.replace(/^\(\?i\)/, '');
    const pattern = new RegExp(whole ? `^(?:${body})$` : body, flags);
    return (text) => pattern.test(text) === wanted;
  }
  return (text) => (whole ? text === value : text.includes(value)) === wanted;
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function refuse(message: string): FakeReply {
  return { status: 400, body: `${message}\n` };
}

function success(resultType: string, result: unknown): FakeReply {
  return { status: 200, body: { status: 'success', data: { resultType, result, stats: {} } } };
}
