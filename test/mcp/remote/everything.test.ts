import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import type { RemoteEndpoint } from '../../../src/mcp/remote/endpoint.ts';
import { endWithTests } from '../../e2e/children.ts';
import { binary } from '../mcp-program.ts';
import { connectThrough, context, type OpenedServers, openServers } from './servers.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const READING = ['echo', 'get-sum', 'get-env', 'get-structured-content', 'get-tiny-image'];
/** They say that they only read, or are allowed by mistake. */
const OTHERS = [
  'toggle-simulated-logging',
  'trigger-long-running-operation',
  'simulate-research-query',
];

const stdio: RemoteEndpoint = {
  kind: 'command',
  command: [process.execPath, binary('mcp-server-everything'), 'stdio'],
  inherited: {},
  env: { GREETING: 'good evening, everybody' },
  cwd: tmpdir(),
};

/**
 * The same server over HTTP. It would listen on every interface of this machine, and says on which port only
 * when it was told: what is loaded before it keeps it to the loopback interface, on any free port.
 */
async function startOverHttp(): Promise<RemoteEndpoint> {
  const before = `
    import { Server } from 'node:net';
    const listen = Server.prototype.listen;
    Server.prototype.listen = function (_port, ...rest) {
      this.once('listening', () => console.error('PORT', this.address().port));
      return listen.call(this, 0, '127.0.0.1', ...rest);
    };`;
  const preload = `data:text/javascript,${encodeURIComponent(before)}`;
  const program = binary('mcp-server-everything');
  const child = endWithTests(
    spawn(process.execPath, ['--import', preload, program, 'streamableHttp'], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  for await (const line of createInterface({ input: child.stderr })) {
    const [, port] = /^PORT (\d+)$/.exec(line) ?? [];
    if (port === undefined) continue;
    child.stderr.resume();
    return { kind: 'url', url: `http://127.0.0.1:${port}/mcp`, headers: { 'X-Key': 'let-me-in' } };
  }
  throw new Error('mcp-server-everything ended before it listened');
}

async function open(endpoint: RemoteEndpoint): Promise<OpenedServers> {
  const remote = openServers([{ name: 'everything', allow: [...READING, ...OTHERS], endpoint }]);
  closing.push(remote.close);
  await remote.acceptAll();
  return remote;
}

describe.each([
  ['stdio', async () => stdio],
  ['Streamable HTTP', startOverHttp],
])('server-everything over %s', (_name, start) => {
  it('offers its allowed tools that only read through our server', async () => {
    const remote = await open(await start());
    const allowed = [...READING, ...OTHERS].map((tool) => `everything_${tool}`);
    const caller = await connectThrough(remote, allowed);
    closing.push(caller.close);
    const specs = await caller.list();
    expect(specs.map(({ name }) => name)).toEqual(READING.map((tool) => `everything_${tool}`));
    expect(specs[1]?.inputSchema).toMatchObject({
      type: 'object',
      properties: { a: { type: 'number', description: 'First number' }, b: { type: 'number' } },
      required: ['a', 'b'],
      additionalProperties: false,
    });
    const call = (tool: string, args = {}) => caller.call(`everything_${tool}`, args, context());
    expect((await call('get-sum', { a: 2, b: 3 })).text).toBe('The sum of 2 and 3 is 5.');
    expect(await call('get-sum', { a: 2 })).toMatchObject({ isError: true });
    expect(await call('get-structured-content', { location: 'Chicago' })).toMatchObject({
      structured: { conditions: 'Light rain / drizzle' },
      isError: false,
    });
    expect((await call('get-tiny-image')).text).toContain('(left out: 1 image)');
    const secret = await call('echo', { message: 'db password=hunter2' });
    expect(secret.text).toMatch(/password=\[REDACTED:password:[0-9a-f]{8}\]/);
    expect(await call('toggle-simulated-logging')).toMatchObject({
      text: expect.stringContaining('There is no tool everything_toggle-simulated-logging.'),
      isError: true,
    });
  });
});

it('server-everything, asked for its environment, tells nothing that it was configured with', async () => {
  const caller = await connectThrough(await open(stdio), ['everything_get-env']);
  closing.push(caller.close);
  const { text } = await caller.call('everything_get-env', {}, context());
  expect(JSON.parse(text)).toEqual({ GREETING: '[the value of GREETING]' });
});
