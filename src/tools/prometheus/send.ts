import type { z } from 'zod';
import type { Redact } from '../../evidence/redact.ts';
import { arrivedJson } from '../arrival.ts';
import { ask, type Endpoint } from '../http.ts';
import { ToolError } from '../tool.ts';
import type { NamespaceLimit } from './namespace-limit.ts';
import { paramsOf, type Read } from './read.ts';
import { refusal } from './refusal.ts';

export type Send = <T>(read: Read, schema: z.ZodType<T>, signal: AbortSignal) => Promise<T>;

/** The one way to Prometheus: every read goes through here, and so through the limit and the redaction. */
export function createSend(endpoint: Endpoint, limit: NamespaceLimit | null, redact: Redact): Send {
  return async (read, schema, signal) => {
    const params = paramsOf(read, limit);
    if ('query' in read) params.set('timeout', `${Math.ceil(endpoint.timeoutMs / 1000)}s`);
    const method = methodOf(read);
    const { path } = read;
    const answer = await ask(endpoint, { method, path, params, signal });
    const { status } = answer;
    const body = await arrivedJson(parseJson(answer.body), redact);
    if (status !== 200) {
      throw refusal({ path, status, body, rewritten: limit && rewritten(params) });
    }
    const understood = schema.safeParse(body);
    if (understood.success) return understood.data;
    throw new ToolError(
      'What answered is not the Prometheus API: its URL should be the base under which /api/v1 is found.',
    );
  };
}

/** POST where there is one, because a query may be longer than what proxies let through in a URL. All only read. */
function methodOf({ path }: Read): 'GET' | 'POST' {
  switch (path) {
    case '/api/v1/query':
    case '/api/v1/query_range':
    case '/api/v1/series':
    case '/api/v1/labels':
      return 'POST';
    default:
      return 'GET';
  }
}

function rewritten(params: URLSearchParams): string | null {
  return params.get('query') ?? params.get('match[]');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
