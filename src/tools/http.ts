import { ToolError } from './tool.ts';

export const DEFAULT_TIMEOUT_MS = 15_000;

/** Where a back end is and how long, and how much, it may answer. `system` is its name in messages. */
export interface Endpoint {
  system: string;
  /** May carry a path prefix (Mimir, Thanos behind a gateway) and basic credentials. */
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  maxBytes: number;
}

/** There was no answer at all. */
export class Unreachable extends ToolError {
  /** In words, such as "connection refused". */
  readonly reason: string;
  constructor(message: string, reason: string) {
    super(message);
    this.reason = reason;
  }
}

export interface HttpQuery {
  method: 'GET' | 'POST';
  path: string;
  params: URLSearchParams;
  signal: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  body: string;
}

/**
 * One bounded request. Redirects are never followed: they could take the headers, or the query, to a host
 * that the configuration does not name.
 *
 * @throws ToolError in words without host or header; the signal's reason when aborted.
 */
export async function ask(endpoint: Endpoint, query: HttpQuery): Promise<HttpAnswer> {
  return await bounded(endpoint, query.signal, async (signal) => {
    const { url, headers } = target(endpoint, query);
    const response = await fetch(url, {
      method: query.method,
      headers,
      redirect: 'manual',
      signal,
      ...(query.method === 'POST' ? { body: query.params } : {}),
    });
    refuseRedirect(endpoint.system, response.status);
    return { status: response.status, body: await readText(endpoint, response.body) };
  });
}

/** @throws ToolError when the answer sends us elsewhere. */
export function refuseRedirect(system: string, status: number): void {
  if (status < 300 || status >= 400) return;
  throw new ToolError(
    `${system} answered with a redirect (HTTP ${status}), which is not followed. ` +
      'Its configured URL should be the final one.',
  );
}

function target(endpoint: Endpoint, query: HttpQuery): { url: URL; headers: Headers } {
  const url = new URL(endpoint.url);
  const headers = new Headers(endpoint.headers);
  // `fetch` refuses URLs that carry credentials, so they become the header that they stand for.
  if (url.username !== '' || url.password !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    if (!headers.has('authorization')) {
      headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
    }
    url.username = '';
    url.password = '';
  }
  const base = url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : url.pathname;
  url.pathname = base + query.path;
  url.search = query.method === 'GET' ? query.params.toString() : '';
  url.hash = '';
  return { url, headers };
}

/**
 * Runs `work` under the caller's signal and the endpoint's timeout, and puts what the network threw into words.
 *
 * @throws ToolError; the signal's reason when aborted.
 */
export async function bounded<T>(
  endpoint: Pick<Endpoint, 'system' | 'timeoutMs'>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(endpoint.timeoutMs);
  try {
    return await work(AbortSignal.any([signal, timeout]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ToolError) throw error;
    if (timeout.aborted) {
      const message = `${endpoint.system} did not answer within ${endpoint.timeoutMs / 1000} s.`;
      throw new Unreachable(message, TIMED_OUT);
    }
    const reason = networkReason(error);
    throw new Unreachable(`${endpoint.system} cannot be reached (${reason}).`, reason);
  }
}

/**
 * The whole body as text.
 *
 * @throws ToolError as soon as it passes `maxBytes`; the rest is not read.
 */
export async function readText(
  endpoint: Pick<Endpoint, 'system' | 'maxBytes'>,
  body: ReadableStream<Uint8Array> | null,
): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Leaving the loop early cancels the stream, which closes the connection.
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > endpoint.maxBytes) {
      const limit = (endpoint.maxBytes / 1024 / 1024).toFixed(1).replace(/\.0$/, '');
      throw new ToolError(
        `${endpoint.system} answered with more than ${limit} MiB. Ask for less: a narrower selector, a ` +
          'shorter range, or an aggregation.',
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const TIMED_OUT = 'connection timed out';

const NETWORK_REASONS = new Map([
  ['ENOENT', 'its program is not there'],
  ['EACCES', 'its program may not be run'],
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['UND_ERR_SOCKET', 'connection closed'],
  ['ERR_INVALID_URL', 'its URL is not valid'],
  ['ENOTFOUND', 'its name does not resolve'],
  ['EAI_AGAIN', 'its name does not resolve'],
  ['ETIMEDOUT', TIMED_OUT],
  ['UND_ERR_CONNECT_TIMEOUT', TIMED_OUT],
  ['EHOSTUNREACH', 'no route to it'],
  ['ENETUNREACH', 'no route to it'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
]);

/** Why the network failed, from the error's code alone: messages of the network stack name hosts. */
function networkReason(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : null;
    if (code !== null) return NETWORK_REASONS.get(code) ?? code;
  }
  return 'network error';
}

/** A back end's own message with every address in it replaced: the model needs the reason, not the topology. */
export function withoutAddresses(text: string): string {
  return text
    .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>]{1,2000}/gi, '<address>')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<address>')
    .replace(/(?<![\w.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}:\d{2,5}\b/gi, '<address>')
    .replace(/\b(lookup) [\w.-]{1,255}/g, '$1 <address>');
}
