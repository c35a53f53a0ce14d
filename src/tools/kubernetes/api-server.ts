import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { Readable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
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

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

interface ApiRequest {
  method: 'GET' | 'PATCH' | 'DELETE';
  path: string;
  params: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
}

/** @throws ToolError when there is no answer; the signal's reason when aborted. */
export type SendRequest = (request: ApiRequest) => Promise<HttpAnswer>;

/**
 * Signed, bounded requests to one API server. Only two files may have it: the reader, which knows no verb but
 * GET, and the writer of the separate actions server; a test of the imports holds that.
 */
export function openApiServer(connection: KubernetesConnection): SendRequest {
  const endpoint = {
    system: 'The Kubernetes API',
    timeoutMs: connection.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: connection.maxBytes ?? DEFAULT_MAX_BYTES,
  };
  // Loaded at the first request: it takes half a second, which no other command should pay.
  const load = once(async () => {
    const sdk = await import('@kubernetes/client-node');
    return { config: loadConfig(new sdk.KubeConfig(), connection) };
  });
  const agents = { http: new HttpAgent(KEEP_ALIVE), https: new HttpsAgent(KEEP_ALIVE) };
  return async ({ path, params, headers, ...request }) => {
    const { config } = await load();
    return await bounded(endpoint, request.signal, async (signal) => {
      const server = config.getCurrentCluster()?.server ?? '';
      const url = new URL(requestUrl(server, path, params));
      const signed = await authenticate(config);
      const token = await readToken(connection);
      const bearer = token === null ? {} : { Authorization: `Bearer ${token}` };
      const proxied = config.getCurrentCluster()?.proxyUrl !== undefined;
      const own = url.protocol === 'http:' ? agents.http : agents.https;
      const options = {
        ...signed,
        // The vendor's agent ends each connection with its request; only it knows about proxies.
        agent: proxied ? signed.agent : own,
        headers: { ...signed.headers, ...headers, ...bearer },
      };
      return await send(url, options, { ...request, signal }, endpoint);
    });
  };
}

/** A handshake with every request would cost more than the request; idle connections end by themselves. */
const KEEP_ALIVE = { keepAlive: true, timeout: 30_000 };

/**
 * Sends a signed request; nothing here follows a redirect, to hosts that the configuration does not name.
 *
 * @throws ToolError for a redirect.
 */
async function send(
  url: URL,
  options: RequestOptions,
  { method, body, signal }: Pick<ApiRequest, 'method' | 'body' | 'signal'>,
  endpoint: Pick<Endpoint, 'system' | 'maxBytes'>,
): Promise<HttpAnswer> {
  const open = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = open(url, { ...options, method, signal }, resolve);
  request.on('error', reject);
  // Node sends a DELETE without its body unless told how long that is.
  if (body !== undefined) request.setHeader('Content-Length', Buffer.byteLength(body));
  request.end(body);
  try {
    const response = await promise;
    const status = response.statusCode ?? 0;
    refuseRedirect(endpoint.system, status);
    return { status, body: await readText(endpoint, Readable.toWeb(response)) };
  } catch (error) {
    // A kept connection that the server closed just then: the request never arrived, and reading may be repeated.
    const lost = request.reusedSocket && method === 'GET' && codeOf(error) === ' (ECONNRESET)';
    if (!lost) throw error;
    return await send(url, options, { method, signal }, endpoint);
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

/** What signs a request: headers, client certificate, authority, proxy. Asked anew each time, since it rotates. */
async function authenticate(config: KubeConfig): Promise<RequestOptions & { headers?: object }> {
  const options: RequestOptions & { headers?: object } = {};
  try {
    await config.applyToHTTPSOptions(options);
    return options;
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
