import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { alertIdsIn } from './ids.ts';

/** A delivery that was answered with 2xx, and the alerts that it named. */
export interface Accepted {
  ids: string[];
}

/** Stands between the senders and the receiver, and outlives it: what it saw accepted must not be lost. */
export interface Recorder {
  url: string;
  accepted: Accepted[];
  /** How often each status was given, 502 for no answer at all. */
  statuses: Map<number, number>;
  /** Resolves when all of these alerts were in accepted deliveries. */
  took(ids: readonly string[]): Promise<void>;
  /** Resolves with the next delivery that is accepted. */
  nextAccepted(): Promise<void>;
  close(): Promise<void>;
}

/** Whatever a source signs or proves itself with; the rest belongs to the connection. */
const ABOUT_CONNECTION = /^(?:host|connection|content-length|transfer-encoding|expect)$/;

/** A sender has no patience without end, though Alertmanager has a lot. */
const PATIENCE_MS = 10_000;

/** @param receiver Where the receiver is now; null while it is down. */
export async function startRecorder(receiver: () => string | null): Promise<Recorder> {
  const accepted: Accepted[] = [];
  const statuses = new Map<number, number>();
  const seen = new Set<string>();
  const waiting = new Set<() => void>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    const status = await forward(request, body);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status >= 200 && status < 300) record(alertIdsIn(body));
    response.writeHead(status).end();
  }

  async function forward(request: IncomingMessage, body: string): Promise<number> {
    const url = receiver();
    if (url === null) return 502;
    try {
      const answer = await fetch(`${url}${request.url}`, {
        method: 'POST',
        headers: headersOf(request),
        body,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 502;
    }
  }

  function record(ids: string[]): void {
    accepted.push({ ids });
    for (const id of ids) seen.add(id);
    for (const look of [...waiting]) look();
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the recorder has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    accepted,
    statuses,
    took: (ids) =>
      new Promise((resolve) => {
        const look = () => {
          if (!ids.every((id) => seen.has(id))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    nextAccepted: () =>
      new Promise((resolve) => {
        const look = () => {
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function headersOf({ headers }: IncomingMessage): Headers {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (!ABOUT_CONNECTION.test(name)) copied.set(name, String(value));
  }
  return copied;
}
