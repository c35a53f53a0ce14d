import { z } from 'zod';
import { ask, DEFAULT_TIMEOUT_MS, type Endpoint, withoutAddresses } from '../http.ts';
import { ToolError } from '../tool.ts';

export interface LokiConnection {
  url: string;
  /** Sent as `X-Scope-OrgID`; a Loki with several tenants refuses to answer without. */
  tenant?: string | undefined;
  headers?: Record<string, string> | undefined;
  timeoutMs?: number | undefined;
  /** The most that one answer may hold. */
  maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

const Stream = z.object({
  stream: z.record(z.string(), z.string()),
  /** Nanoseconds since 1970 as text, because no number holds them; the line; perhaps its metadata. */
  values: z.array(z.tuple([z.string().regex(/^\d{1,19}$/), z.string()], z.unknown())),
});
export type Stream = z.infer<typeof Stream>;

const Answer = z.object({
  data: z.object({ resultType: z.string(), result: z.array(z.unknown()) }),
});

interface LogQuery {
  query: string;
  /** Nanoseconds since 1970; the start is included, the end is not. */
  startNs: bigint;
  endNs: bigint;
  limit: number;
}

/** Asks Loki. All reject with {@link ToolError}. */
export interface LokiClient {
  /** The newest lines first within each stream. */
  queryRange(query: LogQuery, signal: AbortSignal): Promise<Stream[]>;
  /** The names of all labels; only to see that it answers. */
  labels(signal: AbortSignal): Promise<number>;
}

export function createLokiClient(connection: LokiConnection): LokiClient {
  const tenant = connection.tenant === undefined ? {} : { 'X-Scope-OrgID': connection.tenant };
  const endpoint: Endpoint = {
    system: 'Loki',
    url: connection.url,
    headers: { ...connection.headers, ...tenant },
    timeoutMs: connection.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: connection.maxBytes ?? DEFAULT_MAX_BYTES,
  };
  const get = async (path: string, params: URLSearchParams, signal: AbortSignal) => {
    const { status, body } = await ask(endpoint, { method: 'GET', path, params, signal });
    if (status !== 200) throw refusal(status, body);
    return parseJson(body);
  };
  return {
    async queryRange({ query, startNs, endNs, limit }, signal) {
      const params = new URLSearchParams({
        query,
        start: String(startNs),
        end: String(endNs),
        limit: String(limit),
        direction: 'backward',
      });
      const answer = await get('/loki/api/v1/query_range', params, signal);
      const { data } = understand(Answer, answer);
      if (data.resultType !== 'streams') {
        throw new ToolError(
          `The query gives numbers (${data.resultType}), not log lines. Leave out the aggregation (rate, ` +
            'count_over_time, sum) and ask for the lines themselves.',
        );
      }
      return understand(z.array(Stream), data.result);
    },
    async labels(signal) {
      const answer = await get('/loki/api/v1/labels', new URLSearchParams(), signal);
      const { data } = understand(z.object({ data: z.array(z.string()).default([]) }), answer);
      return data.length;
    },
  };
}

function understand<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ToolError(
    'What answered is not the Loki API: its URL should be the base under which /loki/api/v1 is found.',
  );
}

/** Loki's errors are plain text. */
function refusal(status: number, body: string): ToolError {
  if (status === 401 || status === 403) {
    return new ToolError(`Loki refused the credentials or the tenant (HTTP ${status}).`);
  }
  if (status === 404)
    return new ToolError('There is no Loki API at the configured URL (HTTP 404).');
  const reason = /^\s*</.test(body) ? '' : withoutAddresses(body.trim()).slice(0, 1_000);
  const colon = reason === '' ? '.' : `: ${reason}`;
  if (status < 500) return new ToolError(`Loki refused the query (HTTP ${status})${colon}`);
  return new ToolError(`Loki failed (HTTP ${status})${colon}`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
