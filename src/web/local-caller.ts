import { isLoopbackHost } from '../lib/loopback.ts';

/** What of a request tells where it comes from. */
export interface Caller {
  /** The socket's peer. */
  remoteAddress: string | undefined;
  host: string | undefined;
  origin: string | undefined;
  /** Whether a proxy says that it passes on somebody else's request. */
  forwarded: boolean;
}

/** Not every proxy says for whom it asks, but most say something of the request that they got. */
const OF_PROXIES = /^(?:via|forwarded|x-real-ip|x-forwarded(?:-.*)?)$/i;

export function callerOf(request: {
  socket: { remoteAddress?: string | undefined };
  headers: Readonly<Record<string, string | string[] | undefined>>;
}): Caller {
  const { headers } = request;
  return {
    remoteAddress: request.socket.remoteAddress,
    host: one(headers.host),
    origin: one(headers.origin),
    forwarded: Object.keys(headers).some((name) => OF_PROXIES.test(name)),
  };
}

/**
 * Whether a program on this machine asks, of its own accord. The peer's address does not say that much: a
 * web page's script runs here too, so the name that it used for us (DNS rebinding makes that a foreign one)
 * and the page that it came from count as well.
 */
export function isLocalCaller({ remoteAddress, host, origin, forwarded }: Caller): boolean {
  if (forwarded || remoteAddress === undefined || !isLoopbackHost(remoteAddress)) return false;
  if (!isLoopbackUrl(`http://${host ?? ''}`)) return false;
  return origin === undefined || isLoopbackUrl(origin);
}

function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isLoopbackHost(url.hostname);
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
