import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpProgram, startMcpProgram } from './mcp-program.ts';
import { networkNamespace } from './network-namespace.ts';

const run = promisify(execFile);
const CONFORMANCE = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'),
);

/** The conformance suite's own mock servers listen on all interfaces. */
const namespace = networkNamespace();
const required = process.env.CI === 'true' && getuid?.() === 0;
const why = namespace === null ? ' (skipped: no network namespace may be made here)' : '';

describe.skipIf(namespace === null && !required)(`MCP conformance over HTTP${why}`, () => {
  let program: McpProgram;
  let dir: string;
  beforeAll(async () => {
    if (namespace === null) throw new Error('CI as root must be able to make a network namespace');
    dir = await mkdtemp(join(tmpdir(), 'pc-conformance-'));
    program = await startMcpProgram({ within: namespace.enter });
  });
  afterAll(async () => {
    await program?.stop();
    await rm(dir, { recursive: true });
  });

  it.each(['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection'])(
    'holds in the scenario %s',
    async (scenario) => {
      const [command = '', ...within] = namespace?.join(program.pid) ?? [];
      const suite = [process.execPath, CONFORMANCE, 'server', '--url', program.url];
      const args = [...within, ...suite, '--scenario', scenario];
      const { stdout } = await run(command, args, { cwd: dir });
      expect(stdout).toMatch(/^Passed: (\d+)\/\1, 0 failed, 0 warnings$/m);
    },
  );
});
