import { setTimeout } from 'node:timers/promises';
import { withDeadline } from '../../src/lib/deadline.ts';
import type { RunningProgram } from '../e2e/program.ts';

/** A program that is started again whenever it ends, as systemd or Kubernetes do. */
export interface Supervised {
  name: string;
  /** Where it listens; null while it is down. */
  url(): string | null;
  /** Resolves when it is ready, at once when it is. */
  up(): Promise<RunningProgram>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves when it has ended. */
  terminate(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** All that it printed in all of its lives. */
  output(): string;
  stop(): Promise<void>;
}

const START_MS = 60_000;
const PAUSE_MS = 500;
/** Lines, of which a stack trace is most. */
const LAST_WORDS = 24;

/**
 * @param start Resolves when it is ready.
 * @param onOwnEnd Told when it ends and nobody had ended it: a fault outside must not do that.
 */
export function supervise(
  name: string,
  start: () => Promise<RunningProgram>,
  onOwnEnd: (told: string) => void,
): Supervised {
  let current: RunningProgram | null = null;
  let ended: RunningProgram | null = null;
  let stopped = false;
  const lives: RunningProgram[] = [];
  const waiting = new Set<(program: RunningProgram) => void>();

  async function run(): Promise<void> {
    const program = await withDeadline(START_MS, start);
    if (stopped) program.kill('SIGKILL');
    current = program;
    lives.push(program);
    for (const resolve of waiting) resolve(program);
    waiting.clear();
    const { code, signal } = await program.stopped;
    current = null;
    if (ended === program || stopped) return;
    onOwnEnd(`${name} ended by itself with ${code ?? signal}:\n${tailOf(program.output())}`);
  }

  async function keep(): Promise<void> {
    while (!stopped) {
      try {
        await run();
      } catch {
        // Without its database a worker does not start: it is tried again until it does.
        await setTimeout(PAUSE_MS);
      }
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const program = current;
    if (program === null) return;
    ended = program;
    program.kill(signal);
    // One that is stopped would not notice.
    program.kill('SIGCONT');
    await program.stopped;
  }

  const kept = keep();
  return {
    name,
    url: () => current?.url ?? null,
    up: () =>
      current === null ? new Promise((resolve) => waiting.add(resolve)) : Promise.resolve(current),
    kill: () => end('SIGKILL'),
    terminate: () => end('SIGTERM'),
    signal: (signal) => current?.kill(signal),
    output: () => lives.map((life) => life.output()).join(''),
    async stop() {
      stopped = true;
      await end('SIGKILL');
      await Promise.race([kept, setTimeout(PAUSE_MS)]);
    },
  };
}

function tailOf(output: string): string {
  return output.trimEnd().split('\n').slice(-LAST_WORDS).join('\n');
}
