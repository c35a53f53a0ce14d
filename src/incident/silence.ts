import { digest } from '../lib/digest.ts';
import type { Notice } from './view.ts';

/** What was seen, and not delivered. */
const LOOKS: Notice['kind'][] = ['recheck', 'follow-up'];

/** Whether the last that was heard is that nobody wants to hear of it: a delivery after a silence ends that. */
export function isSilenced(notices: Notice[]): boolean {
  return notices.findLast(({ kind }) => !LOOKS.includes(kind))?.kind === 'silence';
}

/** What the thread is told of them; null when it was told so last. */
export function silenceNotice(by: string[], at: string, told: Notice[]): Notice | null {
  const last = told.findLast(({ kind }) => !LOOKS.includes(kind));
  const summary = `All that fires is suppressed in Alertmanager, by ${by.join(', ')}.`;
  if (last?.kind === 'silence' && last.summary === summary) return null;
  return {
    id: `silence-${digest([at, ...by], 16)}`,
    at,
    kind: 'silence',
    reason: 'suppressed-at-its-source',
    summary,
  };
}
