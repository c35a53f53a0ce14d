import type { Report } from '../report/report.ts';
import type { Incident } from './incident.ts';

/** A delivery as the thread tells it. */
export interface Notice {
  deliveryId: string;
  at: string;
  kind: 'join' | 're-fire' | 'resolve';
  reason: string;
  /** Alert names with what became of them, at most a handful, for one line. */
  summary: string;
}

/** One evidence as the thread lists it: enough to look it up, not its output. */
export interface EvidenceLine {
  id: string;
  tool: string;
  args: string;
  bytes: number;
  isError: boolean;
}

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
  /** Alerts the sender left out, 0 when none. */
  truncatedAlerts: number;
  /** Says on every rendering that the model's turns were not a model's: a replay of hand-written turns. */
  disclaimer: string | null;
}
