import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployment } from '../actions/actions.ts';
import type { HttpFake } from '../fakes/http-fake.ts';
import { startFakeKubernetes } from '../fakes/kubernetes.ts';

const BIN = join(import.meta.dirname, '../../src/cli/bin.ts');

let folder: string;
let fake: HttpFake;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actions-'));
  fake = await startFakeKubernetes({ objects: [deployment()], token: 'writer', writable: true });
  await writeFile(join(folder, 'token'), 'writer');
});
afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

/** The program as an MCP client starts it, with this configuration file. */
async function connect(
  yaml: string,
  env: Record<string, string> = {},
): Promise<{ client: Client; errors: () => string }> {
  const config = join(folder, 'probable-cause.yaml');
  await writeFile(config, yaml);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, 'actions', '--config', config],
    stderr: 'pipe',
    env,
  });
  let errors = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  return { client, errors: () => errors };
}

const able = () => `
environments:
  - name: eu
    actions:
      kubernetes: {url: "${fake.url}", tokenFile: token}
      namespaces: [shop]
`;

describe('probable-cause actions', () => {
  it('serves the actions of the environment that has them, with its own credentials', async () => {
    const { client, errors } = await connect(able());
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual([
        'kubectl_apply_dry_run',
        'kubectl_rollout_restart',
        'restart_pod',
      ]);
      const args = { namespace: 'shop', name: 'checkout' };
      const first = await client.callTool({ name: 'kubectl_rollout_restart', arguments: args });
      expect(first.structuredContent).toMatchObject({ done: false, name: 'checkout' });
      expect(errors()).toContain('this server can change the cluster');
    } finally {
      await client.close();
    }
  });

  it('writes its calls into the audit log', async () => {
    const { client } = await connect(able(), { AUDIT_LOG: join(folder, 'calls.jsonl') });
    await client.callTool({ name: 'restart_pod', arguments: { ns: 'shop' } });
    await client.close();
    const line: unknown = JSON.parse(await readFile(join(folder, 'calls.jsonl'), 'utf8'));
    expect(line).toMatchObject({ environment: 'eu', tool: 'restart_pod', outcome: 'refused' });
  });

  it('warns of credentials that it shares with the tools that read, and of unusable ones', async () => {
    const { client, errors } = await connect(`
environments:
  - name: eu
    kubernetes: {kubeconfig: both}
    actions: {kubernetes: {kubeconfig: ./both}, namespaces: [shop]}
`);
    await client.close();
    expect(errors()).toContain('the tools that read use the credentials of the actions');
    expect(errors()).toMatch(/the kubeconfig \S+both does not exist \(actions\)/);
  });

  it('serves nothing where no environment has actions', async () => {
    await expect(connect('environments:\n  - name: eu\n')).rejects.toThrow('Connection closed');
  });
});

describe('probable-cause mcp', () => {
  it('has no action, whatever the configuration says of them', async () => {
    const config = join(folder, 'probable-cause.yaml');
    const reads = `    kubernetes: {url: "${fake.url}", tokenFile: token}\n`;
    await writeFile(config, able() + reads);
    const client = new Client({ name: 'test', version: '1' });
    const args = [BIN, 'mcp', '--config', config];
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }),
    );
    try {
      const { tools } = await client.listTools();
      expect(tools.length).toBeGreaterThan(10);
      expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
      expect(tools.filter(({ name }) => /restart|apply/.test(name))).toEqual([]);
    } finally {
      await client.close();
    }
  });
});
