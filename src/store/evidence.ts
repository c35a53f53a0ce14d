import { eq } from 'drizzle-orm';
import { Evidence } from '../evidence/evidence.ts';
import { type Executor, parseRow } from './row.ts';
import { evidence } from './schema.ts';

export async function addEvidence(db: Executor, runId: string, item: Evidence): Promise<void> {
  await db.insert(evidence).values({ runId, id: item.id, document: item }).onConflictDoNothing();
}

/** E1, E2, … E10: in the order in which the calls were asked, not in which they were answered. */
export async function listEvidence(db: Executor, runId: string): Promise<Evidence[]> {
  const rows = await db.select().from(evidence).where(eq(evidence.runId, runId));
  return rows
    .map((row) => parseRow(Evidence, row.document, `Evidence ${row.id} of run ${runId}`))
    .sort((a, b) => ordinal(a) - ordinal(b));
}

function ordinal(item: Evidence): number {
  return Number(item.id.slice(1));
}
