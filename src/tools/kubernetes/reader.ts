import type { Redact } from '../../evidence/redact.ts';
import { arrivedJson, arrivedText } from '../arrival.ts';
import { ToolError } from '../tool.ts';
import { openApiServer } from './api-server.ts';
import type { KubernetesConnection } from './connection.ts';
import { refusal, type Target } from './failure.ts';

type Read<T> = (
  path: string,
  params: URLSearchParams,
  target: Target,
  signal: AbortSignal,
) => Promise<T>;

/**
 * GETs of the API server: the body of a 200. There is no other verb. What comes has no secrets but for logs: only
 * who knows the lines of one can redact it.
 *
 * Both throw KubernetesFailure for any other answer, ToolError when there is none.
 */
export interface Reader {
  json: Read<unknown>;
  /** Logs: the only thing that is not JSON. */
  text: Read<string>;
}

/** Where a list that comes in parts goes on. */
const PAGE_TOKEN = ['continue'];
/** The values of a ConfigMap are only measured. */
const AS_IS: Readonly<Record<string, string[]>> = {
  configmaps: [...PAGE_TOKEN, 'data', 'binaryData'],
};
/** Of a refusal: its message is at the beginning. */
const MAX_REFUSAL = 65_536;

export function createReader(connection: KubernetesConnection, redact: Redact): Reader {
  const send = openApiServer(connection);
  const read = async (
    accept: string,
    ...[path, params, target, signal]: Parameters<Read<string>>
  ): Promise<string> => {
    const headers = { Accept: accept };
    const { status, body } = await send({ method: 'GET', path, params, headers, signal });
    if (status !== 200) {
      throw refusal(status, arrivedText(body.slice(0, MAX_REFUSAL), redact), target);
    }
    return body;
  };
  return {
    json: async (path, params, target, signal) => {
      const json = parseJson(await read('application/json', path, params, target, signal));
      return await arrivedJson(json, redact, AS_IS[target.resource] ?? PAGE_TOKEN);
    },
    // The API server negotiates: it answers 406 where only text is accepted and it has an error to tell.
    text: (...request) => read('text/plain, application/json;q=0.9, */*;q=0.1', ...request),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ToolError('The Kubernetes API answered with something that is not JSON.');
  }
}
