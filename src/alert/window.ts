import { z } from 'zod';
import { Instant } from './alert.ts';

/** The span of time that an investigation asks about. It comes from the incident, never from "now". */
export const TimeWindow = z.object({ from: Instant, to: Instant });
export type TimeWindow = z.infer<typeof TimeWindow>;

const LEAD_MS = 60 * 60 * 1000;

/**
 * From an hour before the first alert started to the moment the delivery arrived, so that a replay
 * next week asks the same question as tonight.
 */
export function investigationWindow(startedAt: string, receivedAt: string): TimeWindow {
  const start = Date.parse(startedAt);
  const end = Math.max(Date.parse(receivedAt), start);
  return { from: new Date(start - LEAD_MS).toISOString(), to: new Date(end).toISOString() };
}
