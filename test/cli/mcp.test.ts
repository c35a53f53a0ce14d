import { readFile, stat } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { listen } from '../../src/web/listen.ts';
import { runCommand } from '../e2e/program.ts';
import { type McpProgramOptions, startMcpProgram } from '../mcp/mcp-program.ts';

const PLACE = { host: '127.0.0.1', port: 0 };

const Answer = z.object({ result: z.record(z.string(), z.unknown()) });

async function start(options: McpProgramOptions = {}) {
  const program = await startMcpProgram(options);
  onTestFinished(async () => void (await program.stop()));
  return { ...program, call };

  async function call(name: string, args: object = {}) {
    const params = { name, arguments: args };
    const response = await fetch(program.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'user-agent': 'tests/1',
        // A connection that is kept would keep the program for a while when it stops.
        connection: 'close',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    });
    return Answer.parse(await response.json()).result;
  }
}

/** A Prometheus that answers only when told to. */
async function slowPrometheus() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const listener: RequestListener = async (_request, response) => {
    asked.resolve();
    await answer.promise;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }));
  };
  const server = await listen(listener, PLACE);
  onTestFinished(() => server.close(0));
  return { url: server.url, asked: asked.promise, answer: answer.resolve };
}

const TWO = `
environments:
  - {name: eu, match: {cluster: eu-1}, namespaces: [shop]}
  - {name: us, namespaces: [payments]}
`;

describe('mcp --http', () => {
  it('is one environment, and no caller reaches another', async () => {
    const { call } = await start({ config: TWO, args: ['--environment', 'us'] });
    const us = [expect.objectContaining({ name: 'us', namespaces: ['payments'] })];
    expect(await call('list_environments')).toMatchObject({
      structuredContent: { environments: us },
    });
    const refused = await call('list_environments', { environment: 'eu' });
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused)).not.toContain('shop');
  });

  it('writes down and counts each call, and is alive', async () => {
    const { call, dir, url } = await start({ env: { AUDIT_LOG: 'calls.jsonl' } });
    await call('list_environments');
    await call('kubectl_delete', { name: 'password=hunter2' });
    const file = join(dir, 'calls.jsonl');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const asked = { client: 'tests/1', caller: 'this machine', address: '127.0.0.1' };
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { ...asked, environment: 'default', tool: 'list_environments', outcome: 'ok' },
      { ...asked, environment: 'default', tool: 'kubectl_delete', outcome: 'refused' },
    ]);
    expect(lines.join()).not.toContain('hunter2');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const metrics = await (await fetch(new URL('/metrics', url))).text();
    expect(metrics).toContain(
      'probable_cause_tool_calls_total{environment="default",tool="unknown",outcome="refused"} 1',
    );
    expect(metrics).toContain(
      'probable_cause_tool_calls_total{environment="default",tool="list_environments",outcome="ok"} 1',
    );
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  });

  it('lets a call in flight end when it is told to stop', async () => {
    const prometheus = await slowPrometheus();
    const { call, stop } = await start({ env: { PROMETHEUS_URL: prometheus.url } });
    const called = call('query_prometheus', { query: 'up' });
    await prometheus.asked;
    const stopped = stop();
    prometheus.answer();
    expect((await called).isError).toBeUndefined();
    expect(await stopped).toBe(0);
  });
});

describe('the command line of mcp', () => {
  const place = (env: Record<string, string> = {}) => ({ dir: tmpdir(), env });

  it('refuses to serve other machines without a token and the names that they use', async () => {
    const { code, stderr } = await runCommand(['mcp', '--http'], place({ HOST: '0.0.0.0' }));
    expect(code).toBe(2);
    expect(stderr).toMatch(/MCP_TOKEN: got nothing, .*\n {2}MCP_ALLOWED_HOSTS: got nothing, /);
  });

  it('refuses an audit log that cannot be written', async () => {
    const { code, stderr } = await runCommand(['mcp'], place({ AUDIT_LOG: '/no/such/dir/x' }));
    expect(code).toBe(2);
    expect(stderr).toMatch(/AUDIT_LOG: got ENOENT.*; accepts a file that can be appended to/);
  });

  it('names the flag that was used when its port is taken', async () => {
    const taken = await listen((_request, response) => response.end(), PLACE);
    onTestFinished(() => taken.close(0));
    const { port } = new URL(taken.url);
    const { stderr } = await runCommand(['mcp', '--http', '--port', port], place());
    expect(stderr).toContain('is in use by another program: stop it, or set --port to a free one');
    const again = await runCommand(['mcp', '--http'], place({ PORT: port }));
    expect(again.stderr).toContain('set PORT to a free one');
  });

  it('says at the start where it is and who may call', async () => {
    const { ready } = await start({ env: { MCP_TOKEN: 'abc' } });
    expect(ready).toMatchObject({ path: '/mcp', callers: 'with a bearer token of MCP_TOKEN' });
  });

  it('knows no misspelt command, and lists --config in its help', async () => {
    const { code, stderr } = await runCommand(['mcp', 'pinn'], place());
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'pinn'\n(What there is: mcp alone, or mcp pin)");
    for (const command of ['mcp', 'actions']) {
      expect((await runCommand([command, '--help'], place())).stdout).toContain('--config <file>');
    }
  });

  it('on a Node that is too old says where a fitting one is', async () => {
    const older = 'Object.defineProperty(process,"versions",{value:{node:"20.19.0"}})';
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` };
    const { code, stderr } = await runCommand(['mcp'], place(env));
    expect(code).toBe(2);
    expect(stderr).toContain('this is Node 20.19.0.');
    expect(stderr).toMatch(/npm run -s cli .* node_modules\/\.bin\/node/);
  });

  it.each([
    [['mcp', '--http', '--port', '80a'], 2, 'It must be a whole number from 0 to 65535.'],
    [['mcp', '--port', '1'], 1, '--port goes with --http'],
  ])('refuses %j', async (args, code, words) => {
    const { stderr, ...ended } = await runCommand(args, place());
    expect(ended.code).toBe(code);
    expect(stderr).toContain(words);
  });
});
