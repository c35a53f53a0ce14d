import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { endWithTests } from '../e2e/children.ts';
import { commandOf, type Env } from '../e2e/program.ts';

export interface McpProgram {
  /** Of its MCP endpoint. */
  url: string;
  pid: number;
  /** Its working directory. */
  dir: string;
  /** The line of the log that says so. */
  ready: object;
  /** As a supervisor does it; gives the exit code. */
  stop(): Promise<number | null>;
}

export interface McpProgramOptions {
  env?: Env;
  args?: string[];
  /** The YAML configuration. */
  config?: string;
  /** What to start it with, such as `['unshare', '-n']`. */
  within?: string[];
}

const Ready = z.looseObject({ msg: z.literal('mcp is ready'), url: z.string() });

/** The real `probable-cause mcp --http` on a free port, in a directory of its own. */
export async function startMcpProgram({
  env = {},
  args = [],
  config = '',
  within = [],
}: McpProgramOptions = {}): Promise<McpProgram> {
  const dir = await mkdtemp(join(tmpdir(), 'pc-test-'));
  await writeFile(join(dir, 'probable-cause.yaml'), config);
  const own = commandOf(['mcp', '--http', '--port', '0', ...args], env);
  const [command = '', ...rest] = [...within, own.command, ...own.args];
  const child = endWithTests(
    spawn(command, rest, { cwd: dir, env: own.env, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const printed: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    printed.push(line);
    const ready = readyOf(line);
    if (ready === null || child.pid === undefined) continue;
    child.stderr.resume();
    return {
      url: `${ready.url}/mcp`,
      pid: child.pid,
      dir,
      ready,
      async stop() {
        child.kill('SIGTERM');
        const code = await exited;
        await rm(dir, { recursive: true, force: true });
        return code;
      },
    };
  }
  throw new Error(`mcp --http ended before it was ready:\n${printed.join('\n')}`);
}

function readyOf(line: string): z.infer<typeof Ready> | null {
  try {
    return Ready.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** A program of node_modules/.bin. */
export function binary(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url));
}
