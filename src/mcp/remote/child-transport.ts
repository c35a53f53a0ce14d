import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { ToolError } from '../../tools/tool.ts';

export interface ChildOptions {
  /** The server in messages. */
  system: string;
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Of one message; a longer one ends the child. */
  maxBytes: number;
  /** Each line that the child writes on standard error, cut where it is long. */
  onStderr: (line: string) => void;
  /** How long it may take to end by itself once its input is closed. */
  graceMs: number;
  /** Called when it has ended, or could not be started. */
  onEnd: () => void;
}

const MAX_STDERR_LINE = 2_000;

/**
 * An MCP server as a child process. Not the SDK's transport, for two reasons: that hands down more of our
 * environment than PATH and HOME, and it ends only the direct child, while what `npx` or a wrapper script
 * starts lives on. This child leads a process group, which ends as a whole.
 */
export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  readonly #options: ChildOptions;
  readonly #received: ReadBuffer;
  #child: ChildProcessByStdio<Writable, Readable, Readable> | null = null;

  constructor(options: ChildOptions) {
    this.#options = options;
    this.#received = new ReadBuffer({ maxBufferSize: options.maxBytes });
  }

  /** @throws the system's error, such as ENOENT, when the program cannot be started. */
  async start(): Promise<void> {
    const { command, env, cwd } = this.#options;
    const [program = '', ...args] = command;
    const child = spawn(program, args, { env, cwd, detached: true, stdio: 'pipe' });
    this.#child = child;
    child.on('error', (error) => this.onerror?.(error));
    child.on('close', () => {
      this.#child = null;
      signalGroup(child, 'SIGKILL');
      this.#options.onEnd();
      this.onclose?.();
    });
    child.stdin.on('error', (error) => this.onerror?.(error));
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    readLines(child.stderr, this.#options.onStderr);
    await once(child, 'spawn');
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) throw new Error('the child has ended');
    if (!stdin.write(serializeMessage(message))) await once(stdin, 'drain');
  }

  /** Closes its input, which an MCP server takes as the end; what has not ended by then is told to, and made to. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const { graceMs } = this.#options;
    const timers = [
      setTimeout(() => signalGroup(child, 'SIGTERM'), graceMs),
      setTimeout(() => signalGroup(child, 'SIGKILL'), 2 * graceMs),
    ];
    const closed = once(child, 'close');
    child.stdin.end();
    await closed;
    for (const timer of timers) clearTimeout(timer);
  }

  /** Ends the whole group at once: for a child that floods us, and for a process that is about to exit. */
  kill(): void {
    if (this.#child !== null) signalGroup(this.#child, 'SIGKILL');
  }

  #read(chunk: Buffer): void {
    try {
      this.#received.append(chunk);
    } catch {
      const { system, maxBytes } = this.#options;
      const limit = Math.round(maxBytes / 1024 / 1024);
      this.onerror?.(
        new ToolError(`${system} answered with more than ${limit} MiB. Ask for less.`),
      );
      this.kill();
      return;
    }
    let message = this.#next();
    while (message !== null) {
      if (message !== 'noise') this.onmessage?.(message);
      message = this.#next();
    }
  }

  /** Some servers greet on standard output. What is no message is skipped, as by the SDK's own transport. */
  #next(): JSONRPCMessage | 'noise' | null {
    try {
      return this.#received.readMessage();
    } catch {
      return 'noise';
    }
  }
}

/** A group that is gone already is what is wanted. */
function signalGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Line by line, where no line can grow beyond what is shown of it. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let line = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const [rest = '', ...starts] = chunk.split('\n');
    line = `${line}${rest}`.slice(0, MAX_STDERR_LINE);
    for (const start of starts) {
      onLine(line);
      line = start.slice(0, MAX_STDERR_LINE);
    }
  });
  stream.on('end', () => {
    if (line !== '') onLine(line);
  });
}
