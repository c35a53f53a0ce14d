import { z } from 'zod';
import type { Redact } from '../../evidence/redact.ts';
import { arrivedLabel, arrivedLabels, arrivedText } from '../arrival.ts';
import {
  ask,
  DEFAULT_TIMEOUT_MS,
  type Endpoint,
  type HttpAnswer,
  type HttpQuery,
} from '../http.ts';
import { ToolError } from '../tool.ts';
import {
  IndexStats,
  type Labels,
  NamesAnswer,
  QueryAnswer,
  read,
  Series,
  SeriesAnswer,
  Stream,
  understand,
  VolumeAnswer,
} from './answers.ts';
import { arrivedSeries, arrivedStream } from './arrived.ts';
import { limitToNamespaces, type NamespaceLimit, namespaceSelector } from './enforce-namespaces.ts';
import { withoutCopies } from './label-copies.ts';
import type { NsRange } from './nanoseconds.ts';
import { refusal } from './refusal.ts';

export interface LokiConnection {
  url: string;
  /** Sent as `X-Scope-OrgID`; a Loki with several tenants refuses to answer without. */
  tenant?: string | undefined;
  headers?: Record<string, string> | undefined;
  timeoutMs?: number | undefined;
  /** The most that one answer may hold. */
  maxBytes?: number | undefined;
  /** The most uncompressed log that one query may make Loki read, as far as its index can tell. */
  maxScanBytes?: number | undefined;
  /** The only namespaces whose logs may be read; every one when left out. */
  namespaces?: readonly string[] | undefined;
  /** The stream label that holds the namespace. */
  namespaceLabel?: string | undefined;
}

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const DEFAULT_MAX_SCAN_BYTES = 2 * 1024 ** 3;
/** Of an error: its reason is at the beginning. */
const MAX_REFUSAL = 65_536;
const DEFAULT_NAMESPACE_LABEL = 'namespace';

/** `forward` gives the oldest lines up to a limit, `backward` the newest. */
export type Direction = 'forward' | 'backward';

interface LineQuery extends NsRange {
  query: string;
  /** Over 5,000 is an error of Loki's, not a cut. */
  limit: number;
  direction: Direction;
}

interface NumberQuery extends NsRange {
  query: string;
  stepSeconds: number;
}

/**
 * Asks Loki, within the namespaces that the connection names. What it gives has no secrets that can be known
 * without the name that they stand under. All reject with {@link ToolError}.
 */
export interface LokiClient {
  /** Null when all may be read. */
  readonly namespaces: readonly string[] | null;
  readonly maxScanBytes: number;
  /** The selector of all that may be read; null when that is everything. */
  readonly everything: string | null;
  /** Lines, within each stream in the order of the direction. */
  queryRange(query: LineQuery, signal: AbortSignal): Promise<Stream[]>;
  /** Numbers at the start of the range and at each step from there to its end. */
  queryNumbers(query: NumberQuery, signal: AbortSignal): Promise<Series[]>;
  /** What the index knows of a selector; null from a Loki without this endpoint. */
  stats(selector: string, range: NsRange, signal: AbortSignal): Promise<IndexStats | null>;
  /** Bytes of a selector by the values of a label; null from a Loki where this is not enabled. */
  volume(
    selector: string,
    label: string,
    range: NsRange,
    signal: AbortSignal,
  ): Promise<Map<string, number> | null>;
  /** The labels of each stream of a selector. */
  series(selector: string, range: NsRange, signal: AbortSignal): Promise<Labels[]>;
  /** Of all streams; refused where only some namespaces may be read. */
  labelNames(range: NsRange, signal: AbortSignal): Promise<string[]>;
  labelValues(label: string, range: NsRange, signal: AbortSignal): Promise<string[]>;
  /** How many labels there are; only to see that it answers. */
  labels(signal: AbortSignal): Promise<number>;
}

export function createLokiClient(connection: LokiConnection, redact: Redact): LokiClient {
  const limit = namespaceLimit(connection);
  const request = requester(connection, limit, redact);
  return {
    namespaces: limit?.namespaces ?? null,
    maxScanBytes: connection.maxScanBytes ?? DEFAULT_MAX_SCAN_BYTES,
    get everything() {
      return limit === null ? null : namespaceSelector(limit);
    },
    async queryRange({ query, limit: lines, direction, ...range }, signal) {
      const params = { ...between(range), limit: String(lines), direction };
      const result = await queryResult('streams', { logql: query, params }, signal);
      const streams = read(z.array(Stream), result);
      return await Promise.all(streams.map((it) => arrivedStream(it, direction, redact)));
    },
    async queryNumbers({ query, stepSeconds, ...range }, signal) {
      const params = { ...between(range), step: `${stepSeconds}s` };
      const result = await queryResult('matrix', { logql: query, params }, signal);
      return read(z.array(Series), result).map((it) => arrivedSeries(it, redact));
    },
    async stats(selector, range, signal) {
      const query = { logql: selector, params: between(range) };
      const answer = await request('index/stats', query, signal);
      return isAbsent(answer) ? null : understand(IndexStats, successOf(answer));
    },
    async volume(selector, label, range, signal) {
      const params = { ...between(range), targetLabels: label, limit: '1000' };
      const answer = await request('index/volume', { logql: selector, params }, signal);
      if (isAbsent(answer)) return null;
      const { result } = understand(VolumeAnswer, successOf(answer)).data;
      const nameOf = (metric: Labels) => arrivedLabel(label, metric[label] ?? '', redact);
      return new Map(result.map(({ metric, value }) => [nameOf(metric), Number(value[1])]));
    },
    async series(selector, range, signal) {
      const answer = await request('series', { logql: selector, params: between(range) }, signal);
      const { data } = understand(SeriesAnswer, successOf(answer));
      return data.map((labels) => arrivedLabels(labels, redact));
    },
    async labelNames(range, signal) {
      refuseWhenLimited(limit);
      return await names('labels', between(range), signal);
    },
    async labelValues(label, range, signal) {
      refuseWhenLimited(limit);
      const path = `label/${encodeURIComponent(label)}/values`;
      const values = await names(path, between(range), signal);
      return values.map((value) => arrivedLabel(label, value, redact));
    },
    async labels(signal) {
      return (await names('labels', {}, signal)).length;
    },
  };

  async function queryResult(type: 'streams' | 'matrix', query: Query, signal: AbortSignal) {
    const { data } = understand(
      QueryAnswer,
      successOf(await request('query_range', query, signal)),
    );
    if (data.resultType === type) return data.result;
    throw new ToolError(
      type === 'streams'
        ? `The query gives numbers (${data.resultType}), not log lines. Leave out the aggregation (rate, ` +
            'count_over_time, sum) and ask for the lines themselves.'
        : `The query gives no numbers over time but ${data.resultType}.`,
    );
  }

  async function names(path: string, params: Record<string, string>, signal: AbortSignal) {
    return understand(NamesAnswer, successOf(await request(path, { logql: null, params }, signal)))
      .data;
  }
}

/**
 * These two endpoints take a selector as `query`, and forget it once the lines have left the ingesters
 * (https://github.com/grafana/loki/issues/11867), so they would tell of every namespace.
 */
function refuseWhenLimited(limit: NamespaceLimit | null): void {
  if (limit === null) return;
  throw new ToolError('Only the labels of a selector can be listed where namespaces are limited.');
}

interface Query {
  /** What selects streams; null asks about no stream. */
  logql: string | null;
  params: Record<string, string>;
}

/**
 * The only way to Loki, so that nothing which selects streams gets past the limit. A refusal comes without secrets;
 * what else is answered has to be understood first.
 */
function requester(connection: LokiConnection, limit: NamespaceLimit | null, redact: Redact) {
  const endpoint: Endpoint = {
    system: 'Loki',
    url: connection.url,
    headers: {
      ...connection.headers,
      ...(connection.tenant === undefined ? {} : { 'X-Scope-OrgID': connection.tenant }),
      // Without, each line with a trace id of its own comes as a stream of its own.
      'X-Loki-Response-Encoding-Flags': 'categorize-labels',
    },
    timeoutMs: connection.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: connection.maxBytes ?? DEFAULT_MAX_BYTES,
  };
  return async (path: string, { logql, params }: Query, signal: AbortSignal) => {
    const search = new URLSearchParams(params);
    if (logql !== null) {
      const sent = limit === null ? withoutCopies(logql) : limitToNamespaces(logql, limit);
      search.set(path === 'series' ? 'match[]' : 'query', sent);
    }
    const query: HttpQuery = {
      method: 'GET',
      path: `/loki/api/v1/${path}`,
      params: search,
      signal,
    };
    const { status, body } = await ask(endpoint, query);
    if (status === 200) return { status, body };
    return { status, body: arrivedText(body.slice(0, MAX_REFUSAL), redact) };
  };
}

function namespaceLimit({ namespaces, namespaceLabel }: LokiConnection): NamespaceLimit | null {
  return namespaces === undefined
    ? null
    : { label: namespaceLabel ?? DEFAULT_NAMESPACE_LABEL, namespaces };
}

function between({ startNs, endNs }: NsRange): { start: string; end: string } {
  return { start: String(startNs), end: String(endNs) };
}

function successOf({ status, body }: HttpAnswer): string {
  if (status !== 200) throw refusal(status, body);
  return body;
}

function isAbsent({ status }: HttpAnswer): boolean {
  return status === 404 || status === 405;
}
