import { z } from 'zod';
import { Instant } from '../alert/alert.ts';
import type { Report } from '../report/report.ts';
import type { Leader, Member } from './gather-of.ts';
import type { Incident } from './incident.ts';

/** A delivery as the thread tells it, what was seen when its incident was looked at again, or what a person asked. */
export const Notice = z.object({
  /** Unique within the incident: that of the delivery, or made from it. */
  id: z.string(),
  at: Instant,
  kind: z.enum([
    'join',
    're-fire',
    'escalate',
    'resolve',
    'reopen',
    'recheck',
    'follow-up',
    'silence',
    'ask',
  ]),
  reason: z.string(),
  /** Alert names with what became of them, at most a handful, or a sentence on what was seen. */
  summary: z.string(),
  /** Of a delivery, the same without numbers. Those that were stored before there was such a field have none. */
  alerts: z.array(z.string()).optional(),
});
export type Notice = z.infer<typeof Notice>;

/** One evidence as the thread lists it: enough to look it up, not its output. */
export const EvidenceLine = z.object({
  id: z.string(),
  tool: z.string(),
  args: z.string(),
  bytes: z.number().int().nonnegative(),
  isError: z.boolean(),
});
export type EvidenceLine = z.infer<typeof EvidenceLine>;

/**
 * Everything a thread or a page says of an incident, and nothing else: a channel renders this, purely, and
 * brings what it shows into line with it. Posting twice is then a bug in one place.
 */
export interface IncidentView {
  incident: Incident;
  runId: string | null;
  state: 'queued' | 'running' | 'concluded';
  /** What the investigation has done so far, oldest first, one short line each. */
  progress: string[];
  notices: Notice[];
  evidence: EvidenceLine[];
  report: Report | null;
  /** Whose investigation it shares: the report is that one's, and so is what it cites. Null: it has its own. */
  leader: Leader | null;
  /** Those that share its investigation. */
  members: Pick<Member, 'incidentId' | 'title' | 'reason'>[];
  /** Alerts the sender left out, 0 when none. */
  truncatedAlerts: number;
  /** Says on every rendering that the model's turns were not a model's: a replay of hand-written turns. */
  disclaimer: string | null;
}
