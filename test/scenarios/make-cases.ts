import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCase } from '../../src/replay/case-file.ts';
import { recordScenario } from './record.ts';
import { scenarios } from './scenarios.ts';
import { SHIPPED_CASES } from './shipped.ts';

/** Writes the cases that come with the program. Run by `npm run cases`; twice gives the same files. */
for (const scenario of scenarios) {
  const folder = join(SHIPPED_CASES, scenario.name);
  const recorded = await recordScenario(scenario);
  // An output whose call is gone must not stay behind.
  await rm(folder, { recursive: true, force: true });
  await writeCase(folder, recorded);
  const rootCause = recorded.report?.rootCause?.failureMode ?? 'none';
  console.log(`${scenario.name}: ${recorded.calls.length} outputs, root cause ${rootCause}`);
}
