import type { IncidentView } from '../incident/view.ts';
import { digest } from '../lib/digest.ts';

const STATES: IncidentView['state'][] = ['queued', 'running', 'concluded'];

/** Stands for content that is in the channel but was never confirmed: whatever is wanted replaces it. */
export const UNKNOWN_CONTENT = '';

/**
 * What the ledger stores of a shown message: a digest of its body, and before it how far the view had come,
 * so that a worker which read its view earlier, but writes later, can tell that it is behind.
 * `<notices>.<state>.<progress lines>.<run>.<digest>`
 */
export function contentDigest(view: IncidentView, body: unknown): string {
  const run = digest([view.runId ?? ''], 8);
  const content = digest([JSON.stringify(body)], 32);
  return [view.notices.length, STATES.indexOf(view.state), view.progress.length, run, content].join(
    '.',
  );
}

/** Whether a message that shows `shown` must change to show `wanted`. */
export function needsUpdate(shown: string | null, wanted: string): boolean {
  if (shown === null || shown === UNKNOWN_CONTENT) return true;
  const is = parse(shown);
  const be = parse(wanted);
  if (is.content === be.content) return false;
  // Notices only ever grow in number; state and progress only within one run.
  if (is.notices > be.notices) return false;
  return is.run !== be.run || (is.state <= be.state && is.progress <= be.progress);
}

function parse(stored: string) {
  const [notices, state, progress, run, content] = stored.split('.');
  return {
    notices: Number(notices),
    state: Number(state),
    progress: Number(progress),
    run,
    content,
  };
}
