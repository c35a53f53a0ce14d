import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKubernetesClient } from '../../../src/tools/kubernetes/client.ts';
import { redact } from '../run.ts';

const signal = new AbortController().signal;
let server: Server;
let url: string;
let sockets: Socket[];
let requests: number;
beforeEach(async () => {
  sockets = [];
  requests = 0;
  server = createServer((_request, response) => {
    requests += 1;
    response.end(JSON.stringify({ gitVersion: 'v1.34.1' }));
  });
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  url = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the connections of a Kubernetes client', () => {
  it('are kept for further requests: a handshake costs more than most answers', async () => {
    const client = createKubernetesClient({ url }, redact);
    for (let index = 0; index < 5; index += 1) await client.version(signal);
    expect(requests).toBe(5);
    expect(sockets).toHaveLength(1);
  });

  it('are made anew when the server closed one at the moment that it was to be used', async () => {
    const client = createKubernetesClient({ url }, redact);
    await client.version(signal);
    // As when an idle time-out of the server and the next request meet: the request is lost with a reset.
    const [idle] = sockets;
    idle?.removeAllListeners('data');
    idle?.once('data', () => idle.resetAndDestroy());
    await expect(client.version(signal)).resolves.toBe('v1.34.1');
    expect(sockets).toHaveLength(2);
  });
});
