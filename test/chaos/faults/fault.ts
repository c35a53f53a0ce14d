import { setTimeout } from 'node:timers/promises';
import { withDeadline } from '../../../src/lib/deadline.ts';
import type { Random } from '../../evidence/random.ts';
import type { Stage } from '../stage.ts';
import type { Supervised } from '../supervisor.ts';

/** Something that breaks, and is whole again when `play` resolves. */
export interface Fault {
  name: string;
  /** Whether there is on a stage what it breaks. */
  fits(stage: Stage): boolean;
  /** @throws MomentMissed when what it waited for did not come: it was not played then. */
  play(stage: Stage, random: Random): Promise<Played>;
}

export interface Played {
  /** What exactly was done, for the log. */
  detail?: string;
  resumed?: Resumed;
}

/** Milliseconds from a crash on. */
export interface Resumed {
  /** Until the first of the programs is ready again: the machine's part, and Node's. */
  restartMs: number;
  /** Until the interrupted work is seen to go on. */
  resumedMs: number;
}

export class MomentMissed extends Error {
  override readonly name = 'MomentMissed';
}

const MOMENT_MS = 15_000;
const RESUME_MS = 45_000;

/** What a fault waits for before it strikes. */
export async function moment<T>(what: string, coming: Promise<T>): Promise<T> {
  try {
    return await withDeadline(MOMENT_MS, () => coming);
  } catch {
    throw new MomentMissed(`${what} did not come within ${MOMENT_MS / 1000} s`);
  }
}

/** How long it takes until one of the programs is ready, and the work goes on; the deadline when it does not. */
export async function resumption(
  programs: readonly Supervised[],
  goesOn: Promise<unknown>,
): Promise<Resumed> {
  const from = performance.now();
  const elapsed = async (until: Promise<unknown>) => {
    await withDeadline(RESUME_MS, () => until).catch(() => {});
    return performance.now() - from;
  };
  const [restartMs, resumedMs] = await Promise.all([
    elapsed(Promise.race(programs.map((program) => program.up()))),
    elapsed(goesOn),
  ]);
  return { restartMs, resumedMs };
}

/** Milliseconds between two bounds. */
export function between(random: Random, least: number, most: number): number {
  return least + random.int(most - least);
}

/** Breaks something for a while, and mends it whatever happens. */
export async function forAWhile(ms: number, mend: () => unknown): Promise<void> {
  try {
    await setTimeout(ms);
  } finally {
    await mend();
  }
}

export async function killWorkers({ workers }: Stage): Promise<void> {
  await Promise.all(workers.map((worker) => worker.kill()));
}

export const anywhere = () => true;
export const onServers = ({ servers }: Stage) => servers !== null;
