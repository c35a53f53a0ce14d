import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { ChildTransport } from '../../../src/mcp/remote/child-transport.ts';
import { childrenOf, isAlive } from '../../services/alive.ts';
import { FAKE_SERVER } from './servers.ts';

const toolsFile = join(mkdtempSync(join(tmpdir(), 'child-')), 'tools.json');
writeFileSync(toolsFile, '[]');

/** A started child that ends neither with its input nor when it is asked to, and the process it has started. */
async function startStubborn() {
  const grandchild = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<void>();
  const transport = new ChildTransport({
    system: 'The MCP server fake',
    command: [process.execPath, FAKE_SERVER, toolsFile, '--stubborn'],
    env: {},
    cwd: tmpdir(),
    maxBytes: 1_000,
    graceMs: 20,
    onStderr: (line) => grandchild.resolve(Number(/^grandchild (\d+)$/.exec(line)?.[1])),
    onEnd: ended.resolve,
  });
  await transport.start();
  return { transport, pid: await grandchild.promise, ended: ended.promise };
}

it('a child that does not want to end is made to, with all that it has started', async () => {
  const { transport, pid } = await startStubborn();
  expect(isAlive(pid)).toBe(true);
  await transport.close();
  await expect.poll(() => isAlive(pid)).toBe(false);
});

it('a process that is about to exit leaves nothing behind', async () => {
  const { transport, pid, ended } = await startStubborn();
  transport.kill();
  await ended;
  await expect.poll(() => isAlive(pid)).toBe(false);
});

it('a child ends when the process that has started it is killed', async () => {
  const module = new URL('../../../src/mcp/remote/child-transport.ts', import.meta.url).href;
  const options = {
    system: 'x',
    command: [process.execPath, FAKE_SERVER, toolsFile],
    ...{ env: {}, cwd: tmpdir(), maxBytes: 1_000, graceMs: 20 },
  };
  const script = `
    const { ChildTransport } = await import(${JSON.stringify(module)});
    const transport = new ChildTransport({
      ...${JSON.stringify(options)}, onStderr() {}, onEnd() {},
    });
    await transport.start();
    transport.onmessage = () => console.log('answered');
    await transport.send({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  expect(line).toBe('answered');
  const [child = 0] = childrenOf(parent.pid ?? 0);
  expect(isAlive(child)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(child)).toBe(false);
});
