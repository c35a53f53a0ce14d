import type { RunningServer } from '../web/listen.ts';

/** A part of the program that runs: it is up, and can be drained. */
export interface Program {
  url: string;
  /** Takes nothing new, lets running work end for up to `graceMs`, closes. Never rejects. */
  close(graceMs: number): Promise<void>;
}

/** A sender that takes longer over its request than this sends it again; the jobs need the time. */
const HTTP_GRACE_MS = 5_000;

/**
 * HTTP first, so that nothing is accepted that the rest can no longer take. All steps together have the time
 * that is given: a supervisor kills what takes longer.
 */
export function inOrder(
  server: RunningServer['close'],
  ...steps: ((graceMs: number) => Promise<void>)[]
): Program['close'] {
  return async (graceMs) => {
    const until = performance.now() + graceMs;
    await server(Math.min(graceMs, HTTP_GRACE_MS));
    for (const step of steps) await step(Math.max(0, until - performance.now()));
  };
}
