import { z } from 'zod';
import { ask, DEFAULT_TIMEOUT_MS, type Endpoint, type HttpAnswer } from '../http.ts';
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

/** Asks Loki, within the namespaces that the connection names. All reject with {@link ToolError}. */
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

export function createLokiClient(connection: LokiConnection): LokiClient {
  const limit = namespaceLimit(connection);
  const request = requester(connection, limit);
  return {
    namespaces: limit?.namespaces ?? null,
    maxScanBytes: connection.maxScanBytes ?? DEFAULT_MAX_SCAN_BYTES,
    get everything() {
      return limit === null ? null : namespaceSelector(limit);
    },
    async queryRange({ query, limit: lines, direction, ...range }, signal) {
      const params = { ...between(range), limit: String(lines), direction };
      const result = await queryResult('streams', { logql: query, params }, signal);
      return read(z.array(Stream), result);
    },
    async queryNumbers({ query, stepSeconds, ...range }, signal) {
      const params = { ...between(range), step: `${stepSeconds}s` };
      return read(z.array(Series), await queryResult('matrix', { logql: query, params }, signal));
    },
    async stats(selector, range, signal) {
      const answer = await request(
        'index/stats',
        { logql: selector, params: between(range) },
        signal,
      );
      return isAbsent(answer) ? null : understand(IndexStats, successOf(answer));
    },
    async volume(selector, label, range, signal) {
      const params = { ...between(range), targetLabels: label, limit: '1000' };
      const answer = await request('index/volume', { logql: selector, params }, signal);
      if (isAbsent(answer)) return null;
      const { result } = understand(VolumeAnswer, successOf(answer)).data;
      return new Map(result.map(({ metric, value }) => [metric[label] ?? '', Number(value[1])]));
    },
    async series(selector, range, signal) {
      const answer = await request('series', { logql: selector, params: between(range) }, signal);
      return understand(SeriesAnswer, successOf(answer)).data;
    },
    async labelNames(range, signal) {
      refuseWhenLimited();
      return await names('labels', between(range), signal);
    },
    async labelValues(label, range, signal) {
      refuseWhenLimited();
      return await names(`label/${encodeURIComponent(label)}/values`, between(range), signal);
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

  /**
   * These two endpoints take a selector as `query`, and forget it once the lines have left the ingesters
   * (https://github.com/grafana/loki/issues/11867), so they would tell of every namespace.
   */
  function refuseWhenLimited(): void {
    if (limit === null) return;
    throw new ToolError(
      'Only the labels of a selector can be listed where namespaces are limited.',
    );
  }
}

interface Query {
  /** What selects streams; null asks about no stream. */
  logql: string | null;
  params: Record<string, string>;
}

/** The only way to Loki, so that nothing which selects streams gets past the limit. */
function requester(connection: LokiConnection, limit: NamespaceLimit | null) {
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
    return await ask(endpoint, {
      method: 'GET',
      path: `/loki/api/v1/${path}`,
      params: search,
      signal,
    });
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

function isAbsent({ status }: HttpAnswer): boolean {
  return status === 404 || status === 405;
}

function successOf({ status, body }: HttpAnswer): string {
  if (status !== 200) throw refusal(status, body);
  return body;
}
