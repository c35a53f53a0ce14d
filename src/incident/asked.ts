import type { Notice } from './view.ts';

/** What became of a person's wish that an incident be investigated. */
export interface Asked {
  /**
   * `asked`: a new investigation waits. `under-way`: one waits or runs already, and none was added. `dead-letter`: one
   * waits or runs, but its job failed for good, so that it goes on only when that is tried again.
   */
  outcome: 'asked' | 'under-way' | 'dead-letter';
  runId: string;
  /** Why no model would take part if it began now, in words; null when one would. It is decided when it begins. */
  withoutModel: string | null;
}

/** Null when there is no such incident. Rejects with QueueUnavailable when it cannot be known to be asked for. */
export type Ask = (incidentId: string) => Promise<Asked | null>;

/** By this the thread tells of it, and the worker knows that somebody waits for it. */
export function askedNotice(runId: string, at: string): Notice {
  return {
    id: idOf(runId),
    at,
    kind: 'ask',
    reason: 'asked-over-the-api',
    summary: 'To be investigated again in full, within the hourly limits.',
  };
}

export function wasAsked(notices: readonly Notice[], runId: string): boolean {
  return notices.some(({ id }) => id === idOf(runId));
}

function idOf(runId: string): string {
  return `ask-${runId}`;
}
