import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** Of the URL, and of a form-encoded body. */
  params: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** As it came. */
  body: string;
}

export interface FakeReply {
  status: number;
  /** An object is sent as JSON, a text as `text/plain`. */
  body: object | string;
  headers?: Record<string, string>;
}

/** How a request goes wrong. It never reaches the fake's own rules, unless it is `accepted`: then only its answer is lost. */
type FakeFailure = { accepted?: boolean } & (
  | { kind: 'reply'; reply: FakeReply }
  | { kind: 'reset' }
  /** Never answers. */
  | { kind: 'hang' }
);

export interface HttpFake {
  url: string;
  /** Every request, in the order in which they came. */
  requests: FakeRequest[];
  /** The next requests fail, one failure each. */
  failNext(...failures: FakeFailure[]): void;
  /** Resolves when the next request has arrived. */
  nextRequest(): Promise<FakeRequest>;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of the loopback interface. */
export async function startHttpFake(
  answer: (request: FakeRequest) => FakeReply,
): Promise<HttpFake> {
  const requests: FakeRequest[] = [];
  const failures: FakeFailure[] = [];
  let waiting: ((request: FakeRequest) => void)[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const params = url.searchParams;
    const body = Buffer.concat(chunks).toString();
    if (incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      for (const [name, value] of new URLSearchParams(body)) {
        params.append(name, value);
      }
    }
    const { method = 'GET', headers } = incoming;
    const request = { method, path: decodeURIComponent(url.pathname), params, headers, body };
    requests.push(request);
    for (const resolve of waiting) resolve(request);
    waiting = [];
    const failure = failures.shift();
    if (failure?.accepted) answer(request);
    if (failure?.kind === 'hang') return;
    if (failure?.kind === 'reset') {
      incoming.socket.destroy();
      return;
    }
    const reply = failure?.reply ?? answer(request);
    const text = typeof reply.body === 'string';
    const type = text ? 'text/plain; charset=utf-8' : 'application/json';
    response.writeHead(reply.status, { 'content-type': type, ...reply.headers });
    response.end(text ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    failNext: (...more) => failures.push(...more),
    nextRequest: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address.port;
}
