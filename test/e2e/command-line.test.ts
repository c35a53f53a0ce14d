import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { ALLOWED_TOOLS } from '../../src/tools/policy.ts';
import { commandOf, type Env, runCommand } from './program.ts';
import { SECRETS } from './shop.ts';
import { startWorld } from './world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

/** In an empty directory of its own, made at once: after a pause it would be unknown which test has to clean up. */
function command(args: string[], env: Env = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'pc-test-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return runCommand(args, { dir, env });
}

describe.concurrent('the command line', () => {
  it('says its version', async () => {
    const { code, stdout } = await command(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${manifest.version}\n` });
  });

  it('says what there is', async () => {
    const { code, stdout } = await command(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'serve',
      'webhooks',
      'worker',
      'investigate',
      'replay',
      'mcp',
      'doctor',
      'demo',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
  });

  it.each([
    ['help', 'mcp'],
    ['mcp', '--help'],
  ])('says what a command takes: %s %s', async (...args) => {
    const { code, stdout } = await command(args);
    expect(code).toBe(0);
    for (const word of ['--environment <name>', '--http', 'pin']) expect(stdout).toContain(word);
  });

  it('refuses a command that there is not', async () => {
    const { code, stderr } = await command(['sevre']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown command 'sevre'.*Did you mean serve/s);
  });

  it('refuses a wrong configuration with all that is wrong with it, and no secret', async () => {
    const { code, stderr } = await command(['serve'], {
      PORT: 'eighty',
      HOST: '0.0.0.0',
      PROMETHEUS_URL: 'prometheus:9090',
      DATABASE_URL: `mysql://root:${SECRETS.log}@db`,
      SLACK_BOT_TOKEN: 'xoxb-of-nobody',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('The configuration has 5 problems:');
    for (const key of [
      'PORT',
      'WEBHOOK_TOKEN',
      'PROMETHEUS_URL',
      'DATABASE_URL',
      'SLACK_CHANNEL',
    ]) {
      expect(stderr).toMatch(new RegExp(`^  ${key}: got .*; accepts `, 'm'));
    }
    expect(stderr).not.toContain(SECRETS.log);
    expect(stderr).not.toContain('xoxb');
  });
});

it('mcp gives its read-only tools to an MCP client, and answers its calls', async () => {
  const world = await startWorld();
  const client = new Client({ name: 'somebody', version: '1' });
  onTestFinished(async () => {
    await client.close();
    await world.close();
  });
  const { dir, env } = world.place;
  await client.connect(
    new StdioClientTransport({ ...commandOf(['mcp'], env), cwd: dir, stderr: 'inherit' }),
  );

  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['list_environments', ...ALLOWED_TOOLS]);
  for (const { annotations, outputSchema } of tools) {
    expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(outputSchema).toMatchObject({ type: 'object' });
  }
  const pods = await client.callTool({
    name: 'kubectl_get_pods',
    arguments: { namespace: 'shop' },
  });
  expect(pods).toMatchObject({
    content: [{ type: 'text', text: expect.stringContaining('CrashLoopBackOff') }],
    structuredContent: {
      pods: expect.arrayContaining([expect.objectContaining({ healthy: false })]),
    },
  });
  const logs = await client.callTool({
    name: 'search_logs',
    arguments: { query: '{namespace="shop"}', since: '30m' },
  });
  expect(JSON.stringify(logs)).toContain('heap limit reached');
  expect(JSON.stringify(logs)).not.toContain(SECRETS.log);
});
