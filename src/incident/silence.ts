import { digest } from '../lib/digest.ts';
import type { Notice } from './view.ts';

/** What was seen or asked here, and not delivered: it tells nothing of a silence. */
const OUR_OWN: Notice['kind'][] = ['recheck', 'follow-up', 'ask'];

/** Whether the last that was heard is that nobody wants to hear of it: a delivery after a silence ends that. */
export function isSilenced(notices: Notice[]): boolean {
  return notices.findLast(({ kind }) => !OUR_OWN.includes(kind))?.kind === 'silence';
}

/** What the thread is told of them; null when it was told so last. */
export function silenceNotice(by: string[], at: string, told: Notice[]): Notice | null {
  const last = told.findLast(({ kind }) => !OUR_OWN.includes(kind));
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
