import { createServer, type RequestListener, type Server } from 'node:http';
import { MendableError } from '../lib/mendable-error.ts';

export interface ListenOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Where a person has set the port, for the words of a failure. Default: PORT. */
  portSetting?: string;
}

export interface RunningServer {
  /** With the port that was taken, such as `http://127.0.0.1:8080`. */
  url: string;
  /** Takes no new request, waits up to `graceMs` for those in flight, then cuts them. Never rejects. */
  close(graceMs: number): Promise<void>;
}

/** Thrown when the address cannot be listened on, with what to do about it. */
export class ListenError extends MendableError {
  override readonly name = 'ListenError';
}

/** A sender has this long for its whole request: a stalled one must not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;

/** @throws ListenError when the address is taken, forbidden or not ours. */
export async function listen(
  listener: RequestListener,
  { host, port, portSetting = 'PORT' }: ListenOptions,
): Promise<RunningServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, listener);
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new ListenError(inWords(error, host, port, portSetting))),
    );
    server.listen({ host: bare, port }, resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  const name = bare.includes(':') ? `[${bare}]` : bare;
  return { url: `http://${name}:${taken}`, close: (graceMs) => close(server, graceMs) };
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

function inWords(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  setting: string,
): string {
  const at = `${host} port ${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `${at} is in use by another program: stop it, or set ${setting} to a free one`;
    case 'EACCES':
      return `${at} may not be listened on by this user: set ${setting} to 1024 or above`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST ${host} is not an address of this machine: set HOST to one of its own`;
    default:
      return `cannot listen on ${at}: ${error.message}`;
  }
}
