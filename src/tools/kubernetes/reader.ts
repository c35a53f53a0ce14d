import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { KubeConfig, RequestContext } from '@kubernetes/client-node';
import {
  bounded,
  DEFAULT_TIMEOUT_MS,
  type Endpoint,
  type HttpAnswer,
  readText,
  refuseRedirect,
} from '../http.ts';
import { ToolError } from '../tool.ts';
import type { KubernetesConnection } from './connection.ts';
import { refusal, type Target } from './failure.ts';

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

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

/** The vendor's client signs the requests: kubeconfig users, client certificates, exec plugins. */
export function createReader(connection: KubernetesConnection): Reader {
  const endpoint = {
    system: 'The Kubernetes API',
    timeoutMs: connection.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: connection.maxBytes ?? DEFAULT_MAX_BYTES,
  };
  // Loaded at the first read: it takes half a second, which no other command should pay.
  const load = once(async () => {
    const sdk = await import('@kubernetes/client-node');
    const config = loadConfig(new sdk.KubeConfig(), connection);
    return { sdk, config };
  });
  const read = async (
    accept: string,
    ...[path, params, target, signal]: Parameters<Read<string>>
  ): Promise<string> => {
    const { sdk, config } = await load();
    return await bounded(endpoint, signal, async (boundedSignal) => {
      const server = config.getCurrentCluster()?.server ?? '';
      const request = new sdk.RequestContext(requestUrl(server, path, params), sdk.HttpMethod.GET);
      request.setHeaderParam('Accept', accept);
      await authenticate(config, request);
      const token = await readToken(connection);
      if (token !== null) request.setHeaderParam('Authorization', `Bearer ${token}`);
      const { status, body } = await send(request, endpoint, boundedSignal);
      if (status !== 200) throw refusal(status, body, target);
      return body;
    });
  };
  return {
    json: async (...request) => parseJson(await read('application/json', ...request)),
    // The API server negotiates: it answers 406 where only text is accepted and it has an error to tell.
    text: (...request) => read('text/plain, application/json;q=0.9, */*;q=0.1', ...request),
  };
}

/**
 * Sends a signed request. The vendor's own sender follows redirects, to hosts that the configuration does not
 * name; what it signs with (CA, client certificate, proxy) is in the dispatcher, which follows none. There is no
 * dispatcher where the trust of the system suffices. It cannot be given to `fetch`: it is of another undici.
 *
 * @throws ToolError for a redirect.
 */
async function send(
  request: RequestContext,
  endpoint: Pick<Endpoint, 'system' | 'maxBytes'>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const [url, headers] = [request.getUrl(), request.getHeaders()];
  const dispatcher = request.getDispatcher();
  if (dispatcher === undefined) {
    const { status, body } = await fetch(url, { headers, redirect: 'manual', signal });
    refuseRedirect(endpoint.system, status);
    return { status, body: await readText(endpoint, body) };
  }
  try {
    const { origin, pathname, search } = new URL(url);
    const path = pathname + search;
    const answer = await dispatcher.request({ origin, path, method: 'GET', headers, signal });
    refuseRedirect(endpoint.system, answer.statusCode);
    return {
      status: answer.statusCode,
      body: await readText(endpoint, Readable.toWeb(answer.body)),
    };
  } finally {
    // The vendor makes one for each request. Nothing is in flight any more but an answer that nobody wants.
    await dispatcher.destroy();
  }
}

/** Remembers the first success; a failure (a file that is not there yet) is tried again by the next call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}

function loadConfig(config: KubeConfig, connection: KubernetesConnection): KubeConfig {
  try {
    if ('inCluster' in connection) config.loadFromCluster();
    else if ('url' in connection) {
      const { url: server, caFile } = connection;
      const authority = caFile === undefined ? {} : { caFile };
      const cluster = { name: 'configured', server, skipTLSVerify: false, ...authority };
      config.loadFromClusterAndUser(cluster, { name: 'configured' });
    } else if (connection.kubeconfig !== undefined) config.loadFromFile(connection.kubeconfig);
    else config.loadFromDefault();
  } catch (error) {
    throw new ToolError(`The kubeconfig cannot be read${codeOf(error)}.`);
  }
  if ('context' in connection && connection.context !== undefined) {
    config.setCurrentContext(connection.context);
  }
  if (config.getCurrentCluster() === null) {
    throw new ToolError(
      `The kubeconfig has no context "${config.getCurrentContext()}" with a cluster.`,
    );
  }
  // The vendor refuses plain http unless verification is off, though there is no TLS to verify (kubectl proxy).
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

async function authenticate(config: KubeConfig, request: RequestContext): Promise<void> {
  try {
    await config.applySecurityAuthentication(request);
  } catch (error) {
    // A missing certificate or token file, or an exec plugin that failed and whose words may hold anything.
    throw new ToolError(`The credentials for the Kubernetes API cannot be had${codeOf(error)}.`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}

function requestUrl(server: string, path: string, params: URLSearchParams): string {
  const base = server.endsWith('/') ? server.slice(0, -1) : server;
  const query = params.toString();
  return query === '' ? `${base}${path}` : `${base}${path}?${query}`;
}

async function readToken(connection: KubernetesConnection): Promise<string | null> {
  if (!('url' in connection) || connection.tokenFile === undefined) return null;
  try {
    return (await readFile(connection.tokenFile, 'utf8')).trim();
  } catch {
    throw new ToolError('The Kubernetes token file cannot be read.');
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ToolError('The Kubernetes API answered with something that is not JSON.');
  }
}
