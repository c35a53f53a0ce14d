import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
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

/** A sender that keeps its connections, as Alertmanager does. It fails when a webhook is not accepted. */
export function createSender(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const options = {
    method: 'POST',
    agent,
    headers: { 'Content-Type': 'application/json', 'Content-Length': body.byteLength },
  };
  return {
    send: () =>
      new Promise<void>((resolve, reject) => {
        const sent = request(`${url}/webhooks/alertmanager`, options, (response) => {
          const { statusCode } = response;
          response.resume().once('end', () => {
            if (statusCode === 202) resolve();
            else reject(new Error(`a webhook was answered with ${statusCode}`));
          });
        });
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
