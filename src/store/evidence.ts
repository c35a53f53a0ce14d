import { Evidence } from '../evidence/evidence.ts';
import { evidenceLineOf } from '../incident/notice.ts';
import { EvidenceLine } from '../incident/view.ts';
import { eq } from './drizzle.ts';
import { type Executor, parseRow } from './row.ts';
import { evidence } from './schema.ts';

export async function addEvidence(db: Executor, runId: string, item: Evidence): Promise<void> {
  await db
    .insert(evidence)
    .values({ runId, id: item.id, line: evidenceLineOf(item), document: item })
    .onConflictDoNothing();
}

/** E1, E2, … E10: in the order in which the calls were asked, not in which they were answered. */
export async function listEvidence(db: Executor, runId: string): Promise<Evidence[]> {
  const rows = await db.select().from(evidence).where(eq(evidence.runId, runId));
  return rows
    .map((row) => parseRow(Evidence, row.document, `Evidence ${row.id} of run ${runId}`))
    .sort((a, b) => ordinal(a) - ordinal(b));
}

/** In the same order, without the outputs. */
export async function listEvidenceLines(db: Executor, runId: string): Promise<EvidenceLine[]> {
  const rows = await db
    .select({ id: evidence.id, line: evidence.line })
    .from(evidence)
    .where(eq(evidence.runId, runId));
  return rows
    .map((row) => parseRow(EvidenceLine, row.line, `Line of evidence ${row.id} of run ${runId}`))
    .sort((a, b) => ordinal(a) - ordinal(b));
}

function ordinal(item: { id: string }): number {
  return Number(item.id.slice(1));
}
