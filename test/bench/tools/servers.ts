import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { z } from 'zod';
import { WINDOW_META } from '../../../src/mcp/window.ts';
import type { Call, ServerName } from './questions.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Too heavy (230 MB) to come with every install of this project: it is fetched here, once. */
const PEER = 'mcp-server-kubernetes@4.1.7';
const PEER_FOLDER = join(tmpdir(), 'probable-cause-bench', PEER);

export interface Server {
  name: ServerName;
  /** The text of one call. Rejects when the server says that it failed. */
  call(call: Call, round: number): Promise<string>;
  close(): Promise<void>;
}

/** Started as its users start it: a process of its own, on stdio. */
export async function startServer(name: ServerName, kubeconfig: string): Promise<Server> {
  const { command, args } = await commandOf(name);
  const client = new Client({ name: 'bench', version: '1' });
  const path = process.env.PATH ?? '';
  const env = { PATH: path, HOME: tmpdir(), KUBECONFIG: kubeconfig, LOG_LEVEL: 'error' };
  await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
  return {
    name,
    async call({ tool, args }, round) {
      const { content, isError } = Answer.parse(
        await client.callTool({ name: tool, arguments: args, _meta: windowOf(round) }),
      );
      const text = content.map((block) => block.text).join('\n');
      if (isError) throw new Error(`${name} ${tool} failed: ${text}`);
      return text;
    },
    close: () => client.close(),
  };
}

/** Our own server would answer the same question from memory for 5 s; of another hour it is another question. */
function windowOf(round: number) {
  const to = Date.now() + round * 1000;
  const instant = (ms: number) => new Date(ms).toISOString();
  return { [WINDOW_META]: { from: instant(to - 3_600_000), to: instant(to) } };
}

const Answer = z.object({
  content: z.array(z.object({ text: z.string() })),
  isError: z.boolean().default(false),
});

async function commandOf(name: ServerName): Promise<{ command: string; args: string[] }> {
  switch (name) {
    case 'probable-cause':
      return { command: process.execPath, args: [join(ROOT, 'src/cli/bin.ts'), 'mcp'] };
    case 'kubernetes-mcp-server':
      return { command: join(ROOT, 'node_modules/.bin', name), args: ['--read-only'] };
    case 'mcp-server-kubernetes': {
      const entry = join(PEER_FOLDER, 'node_modules', name, 'dist/index.js');
      await access(entry).catch(() => install());
      return { command: process.execPath, args: [entry] };
    }
  }
}

async function install(): Promise<void> {
  console.log(`installing ${PEER} into ${PEER_FOLDER} …`);
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', PEER_FOLDER, PEER];
  await promisify(execFile)('npm', args);
}
