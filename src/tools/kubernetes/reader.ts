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
 * GETs of the API server: the body of a 200. There is no other verb.
 *
 * Both throw KubernetesFailure for any other answer, ToolError when there is none.
 */
export interface Reader {
  json: Read<unknown>;
  /** Logs: the only thing that is not JSON. */
  text: Read<string>;
}

export function createReader(connection: KubernetesConnection): Reader {
  const send = openApiServer(connection);
  const read = async (
    accept: string,
    ...[path, params, target, signal]: Parameters<Read<string>>
  ): Promise<string> => {
    const headers = { Accept: accept };
    const { status, body } = await send({ method: 'GET', path, params, headers, signal });
    if (status !== 200) throw refusal(status, body, target);
    return body;
  };
  return {
    json: async (...request) => parseJson(await read('application/json', ...request)),
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
