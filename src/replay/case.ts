import { z } from 'zod';
import { Delivery } from '../alert/alert.ts';
import { TimeWindow } from '../alert/window.ts';
import { Evidence } from '../evidence/evidence.ts';
import { Members } from '../incident/gather-of.ts';
import { ModelTurn } from '../models/model.ts';
import { Report } from '../report/report.ts';
import { ToolSpec } from '../tools/tool.ts';

/**
 * A past investigation with all that a replay needs and nothing that needs a network. Public: the file
 * `case.json` of a case folder, where a call's text may stand in a file of its own (`textFile`).
 */
export const Case = z.object({
  format: z.literal('probable-cause/case'),
  version: z.literal(1),
  id: z.string(),
  title: z.string(),
  /** Where the model's turns come from. Turns that a person wrote are said to be so wherever they are shown. */
  turnsBy: z.enum(['model', 'hand']),
  /** Where the outputs come from, in words. */
  origin: z.string(),
  /** All that had arrived of the incident when the investigation began, oldest first. */
  deliveries: z.array(Delivery).min(1),
  environment: z.string(),
  window: TimeWindow,
  /** What it was told of the incidents that shared the investigation. */
  members: Members.exactOptional(),
  tools: z.array(ToolSpec),
  calls: z.array(Evidence),
  turns: z.array(ModelTurn),
  /** What was concluded then. */
  report: Report.nullable(),
  versions: z.record(z.string(), z.string()),
});
export type Case = z.infer<typeof Case>;

/** What every rendering of a case says when its turns were not a model's. */
export function disclaimerOf(replayed: Pick<Case, 'turnsBy'>): string | null {
  return replayed.turnsBy === 'hand'
    ? "The model's turns in this case were written by hand: it shows the way of the work, not the skill of a model."
    : null;
}
