import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { commandOf } from '../e2e/program.ts';
import { scratchDirectory } from '../services/scratch.ts';

it('ends when it is told to while a database keeps it from being ready', async () => {
  const scratch = await scratchDirectory();
  onTestFinished(() => scratch.remove());
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const DATABASE_URL = `postgres://127.0.0.1:${address.port}/nothing`;
  const { command, args, env } = commandOf(['serve'], { PORT: '0', DATABASE_URL });
  const asked = once(silent, 'connection');
  const child = spawn(command, args, { cwd: scratch.dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close');
  const log = text(child.stderr);
  await asked;
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await log).toContain('stopped before it was ready');
});
