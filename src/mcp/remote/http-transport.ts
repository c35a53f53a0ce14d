import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { readText, refuseRedirect } from '../../tools/http.ts';

export interface HttpOptions {
  /** The server's name in messages. */
  system: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Of one answer. */
  maxBytes: number;
  /** Of one request, whatever is asked. */
  timeoutMs: number;
}

/** A server that takes longer to say goodbye is left without. */
const GOODBYE_MS = 1_000;

/**
 * Streamable HTTP, with three differences to the SDK's own sending: no redirect is followed, every answer is
 * bounded, and it is read whole, so that one which breaks off fails its call at once instead of leaving it
 * without an answer. There is no standing stream of notifications: the list of tools is read again instead.
 */
export class HttpTransport extends StreamableHTTPClientTransport {
  constructor(options: HttpOptions) {
    super(new URL(options.url), {
      requestInit: { headers: options.headers },
      fetch: (url, init = {}) => send(url, init, options),
    });
  }

  override async close(): Promise<void> {
    await this.terminateSession().catch(() => {});
    await super.close();
  }
}

async function send(
  url: string | URL,
  init: RequestInit,
  { system, maxBytes, timeoutMs }: HttpOptions,
): Promise<Response> {
  // 405 is how a server says that it has no such stream.
  if (init.method === 'GET') return new Response(null, { status: 405 });
  const timeout = AbortSignal.timeout(init.method === 'DELETE' ? GOODBYE_MS : timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  const response = await fetch(url, { ...init, redirect: 'manual', signal });
  refuseRedirect(system, response.status);
  const body = await readText({ system, maxBytes }, response.body);
  return new Response(body === '' ? null : body, {
    status: response.status,
    headers: kept(response.headers),
  });
}

/** The only headers that mean something to the protocol. The body's length and encoding are no longer true. */
function kept(headers: Headers): [string, string][] {
  return ['content-type', 'mcp-session-id'].flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
}
