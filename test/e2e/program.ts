import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { endWithTests } from './children.ts';

/** The real command line, from source, in a process of its own. */
const BIN = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
/** Compiled modules are kept between starts, of which these tests make many. */
const COMPILE_CACHE = fileURLToPath(
  new URL('../../node_modules/.cache/probable-cause/compiled', import.meta.url),
);

export type Env = Record<string, string>;

/** Where and with which settings a program runs; of the tester's own environment it sees the PATH alone. */
export interface Place {
  /** Its working directory, where it looks for `probable-cause.yaml`. */
  dir: string;
  env: Env;
  /** The command line to run in the place of the one from source. */
  bin?: string;
}

/** A line of its log. */
interface LogLine {
  msg: string;
  [field: string]: unknown;
}

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProgram {
  url: string;
  /** Of its process. */
  pid: number;
  /** All that it printed so far, on both streams. */
  output(): string;
  /** The first line of the log that matches, be it printed already or not. */
  onLog(matches: (line: LogLine) => boolean): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
  stopped: Promise<Ending>;
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** How to start the command line, for what spawns it by itself (an MCP client). */
export function commandOf(
  args: string[],
  env: Env,
  bin = BIN,
): { command: string; args: string[]; env: Env } {
  return { command: process.execPath, args: [bin, ...args], env: ownEnvironment(env) };
}

/**
 * Starts `serve`, `webhooks` or `worker` and waits until it is ready.
 * @throws Error with what it printed, when it ends instead.
 */
export async function startProgram(args: string[], place: Place): Promise<RunningProgram> {
  const child = spawnCommand(args, place);
  const output = collect(child);
  const log = readLog(child);
  const stopped = ending(child);
  const gone = stopped.then(({ code }) => {
    throw new Error(`${args.join(' ')} ended with ${code}:\n${output()}`);
  });
  // Only who waits for a line is told.
  gone.catch(() => {});
  const onLog: RunningProgram['onLog'] = (matches) => Promise.race([log(matches), gone]);
  const { url } = await onLog(({ msg }) => msg.endsWith(' is ready'));
  // It has printed, so it has started.
  const { pid = 0 } = child;
  return { url: String(url), pid, output, onLog, kill: (signal) => child.kill(signal), stopped };
}

/** Runs a command to its end. */
export async function runCommand(args: string[], place: Place): Promise<Finished> {
  const child = spawnCommand(args, place);
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: string) => {
    texts.stdout += chunk;
  });
  child.stderr.on('data', (chunk: string) => {
    texts.stderr += chunk;
  });
  const { code } = await ending(child);
  return { code, ...texts };
}

function spawnCommand(args: string[], { dir, env, bin }: Place): Child {
  const command = commandOf(args, env, bin);
  const child = endWithTests(
    spawn(command.command, command.args, {
      cwd: dir,
      env: command.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return child;
}

function ownEnvironment(env: Env): Env {
  return { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env };
}

function collect(child: Child): () => string {
  let text = '';
  const add = (chunk: string) => {
    text += chunk;
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return () => text;
}

async function ending(child: Child): Promise<Ending> {
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode };
}

function readLog(child: Child): RunningProgram['onLog'] {
  const lines: LogLine[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  createInterface({ input: child.stderr }).on('line', (text) => {
    const line = parseLine(text);
    lines.push(line);
    for (const look of [...waiting]) look(line);
  });
  return (matches) =>
    new Promise((resolve) => {
      const known = lines.find(matches);
      if (known !== undefined) return resolve(known);
      const look = (line: LogLine) => {
        if (!matches(line)) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
    });
}

/** What is no line of the log (a stack trace) is kept as its message. */
function parseLine(text: string): LogLine {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return { msg: '', ...parsed };
  } catch {
    // It is kept below.
  }
  return { msg: text };
}
