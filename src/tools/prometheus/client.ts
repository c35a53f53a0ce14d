import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import { ask, DEFAULT_TIMEOUT_MS, type Endpoint, withoutAddresses } from '../http.ts';
import { ToolError } from '../tool.ts';

export interface PrometheusConnection {
  url: string;
  headers?: Record<string, string> | undefined;
  timeoutMs?: number | undefined;
  /** The most that one answer may hold. */
  maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Unix seconds and the value as Prometheus writes it: a number, `NaN`, `+Inf` or `-Inf`. */
const Sample = z.tuple([z.number(), z.string()]);
export type Sample = z.infer<typeof Sample>;

const Series = z.object({
  metric: z.record(z.string(), z.string()),
  /** Absent in a series of native histograms, which have no single value. */
  values: z.array(Sample).default([]),
});
export type Series = z.infer<typeof Series>;

const Notes = { warnings: z.array(z.string()).default([]), infos: z.array(z.string()).default([]) };
const MatrixAnswer = z.object({ data: z.object({ result: z.array(Series) }), ...Notes });
const ErrorAnswer = z.object({ errorType: z.string(), error: z.string() });

interface RangeResult {
  series: Series[];
  warnings: string[];
  infos: string[];
}

/** Asks Prometheus, or what speaks its API (Thanos, Mimir, VictoriaMetrics). All reject with {@link ToolError}. */
export interface PrometheusClient {
  queryRange(
    query: string,
    range: TimeWindow,
    stepSeconds: number,
    signal: AbortSignal,
  ): Promise<RangeResult>;
  /** Evaluates at the server's own time; only to see that it answers. */
  queryInstant(query: string, signal: AbortSignal): Promise<void>;
}

export function createPrometheusClient(connection: PrometheusConnection): PrometheusClient {
  const endpoint: Endpoint = {
    system: 'Prometheus',
    url: connection.url,
    headers: connection.headers ?? {},
    timeoutMs: connection.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: connection.maxBytes ?? DEFAULT_MAX_BYTES,
  };
  // POST, because a query may be longer than what proxies let through in a URL. Both paths only read.
  const post = async <T>(
    path: '/api/v1/query_range' | '/api/v1/query',
    params: URLSearchParams,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ) => {
    const { status, body } = await ask(endpoint, { method: 'POST', path, params, signal });
    if (status !== 200) throw refusal(status, body);
    return understand(schema, body);
  };
  return {
    async queryRange(query, range, stepSeconds, signal) {
      const params = new URLSearchParams({
        query,
        start: range.from,
        end: range.to,
        step: String(stepSeconds),
        timeout: `${Math.ceil(endpoint.timeoutMs / 1000)}s`,
      });
      const { data, warnings, infos } = await post(
        '/api/v1/query_range',
        params,
        MatrixAnswer,
        signal,
      );
      return { series: data.result, warnings, infos };
    },
    async queryInstant(query, signal) {
      const answer = z.object({ status: z.literal('success') });
      await post('/api/v1/query', new URLSearchParams({ query }), answer, signal);
    },
  };
}

function understand<T>(schema: z.ZodType<T>, body: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new ToolError(
    'What answered is not the Prometheus API: its URL should be the base under which /api/v1 is found.',
  );
}

function refusal(status: number, body: string): ToolError {
  const answer = ErrorAnswer.safeParse(parseJson(body));
  if (answer.success) {
    const { errorType, error } = answer.data;
    const reason = withoutAddresses(error).slice(0, 1_000);
    return new ToolError(`Prometheus refused the query (${errorType}): ${reason}`);
  }
  if (status === 401 || status === 403) {
    return new ToolError(`Prometheus refused the credentials (HTTP ${status}).`);
  }
  if (status === 404) {
    return new ToolError('There is no Prometheus API at the configured URL (HTTP 404).');
  }
  return new ToolError(`Prometheus failed (HTTP ${status}).`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
