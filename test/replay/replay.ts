import type { IncidentView } from '../../src/incident/view.ts';
import type { ModelPort } from '../../src/models/model.ts';
import { createRecordedModel } from '../../src/models/recorded.ts';
import { type Case, disclaimerOf } from '../../src/replay/case.ts';
import { RecordedTools } from '../../src/replay/recorded-tools.ts';
import { type ReplayDeps, runCase } from '../../src/replay/run-case.ts';
import type { Report } from '../../src/report/report.ts';
import { settings, stoppedAt } from '../scenarios/record.ts';

/** Replays a case over its recorded answers: by its own turns, or by another model, or by none. */
export async function replay(
  recorded: Case,
  model: ModelPort | null = turnsOf(recorded),
  more: Partial<Pick<ReplayDeps, 'signal' | 'onProgress'>> = {},
): Promise<{ view: IncidentView; notRecorded: number }> {
  const tools = new RecordedTools(recorded.tools, recorded.calls);
  const view = await runCase(recorded, {
    tools,
    model,
    settings,
    clock: stoppedAt(recorded.window.to),
    signal: new AbortController().signal,
    disclaimer: disclaimerOf(recorded),
    onProgress: () => {},
    ...more,
  });
  return { view, notRecorded: tools.notRecorded };
}

function turnsOf({ turns, versions }: Case): ModelPort {
  return createRecordedModel(turns, versions.model ?? 'recorded');
}

/** How long it took is the one thing in which a replay may differ. */
export function withoutWallTime(report: Report | null): Report | null {
  return report && { ...report, usage: { ...report.usage, wallMs: 0 } };
}
