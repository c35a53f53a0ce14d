import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { body } from './payload.ts';
import type { Address } from './queues.ts';

const SCRIPT = fileURLToPath(new URL('webhooks-process.ts', import.meta.url));

export interface WebhooksProcess {
  url: string;
  stop(): Promise<void>;
}

/** @throws Error when it ends before it listens. */
export async function startWebhooksProcess(address: Address): Promise<WebhooksProcess> {
  const args = [SCRIPT, JSON.stringify(address)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(([code]) => {
      throw new Error(`it ended with ${code}; to see why: node ${args.join(' ')}`);
    }),
  ]);
  return {
    url,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/**
 * A sender that keeps its connections, as Alertmanager does. It fails when a webhook is not accepted. It shares the
 * machine with what it measures, so it is no HTTP client: one request is ready to be written, one at a time on each
 * connection, and of the answer only its status and its end are read.
 */
export async function createSender(url: string, connections: number) {
  const { hostname, port } = new URL(url);
  const idle = await Promise.all(
    Array.from({ length: connections }, () => openConnection(hostname, Number(port))),
  );
  const sockets = [...idle];
  const request = Buffer.concat([
    Buffer.from(
      `POST /webhooks/alertmanager HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.byteLength}\r\n\r\n`,
    ),
    body,
  ]);
  return {
    async send(): Promise<void> {
      // The one that was idle the longest, before the server closes it for that.
      const socket = idle.shift();
      if (socket === undefined) throw new Error('more webhooks in flight than connections');
      const status = await answerTo(socket, request);
      idle.push(socket);
      if (status !== 202) throw new Error(`a webhook was answered with ${status}`);
    },
    close: () => sockets.forEach((socket) => void socket.destroy()),
  };
}

async function openConnection(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function answerTo(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const end = (settle: () => void) => {
      socket.off('data', read).off('close', lost).off('error', reject);
      settle();
    };
    const lost = () => end(() => reject(new Error('the connection was closed')));
    const read = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (isWhole(answer)) end(() => resolve(Number(answer.slice(9, 12))));
    };
    socket.on('data', read).once('close', lost).once('error', reject);
    socket.write(request);
  });
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const length = /^content-length: (\d+)/im.exec(answer.slice(0, head))?.[1];
  if (length === undefined) throw new Error('an answer without Content-Length');
  return answer.length >= head + 4 + Number(length);
}
