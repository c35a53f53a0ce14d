import { ModelTurn } from '../models/model.ts';
import { asc, eq } from './drizzle.ts';
import { type Executor, parseRow } from './row.ts';
import { turns } from './schema.ts';

export async function addTurn(
  db: Executor,
  runId: string,
  index: number,
  turn: ModelTurn,
): Promise<void> {
  await db.insert(turns).values({ runId, index, document: turn }).onConflictDoNothing();
}

export async function listTurns(db: Executor, runId: string): Promise<ModelTurn[]> {
  const rows = await db
    .select()
    .from(turns)
    .where(eq(turns.runId, runId))
    .orderBy(asc(turns.index));
  return rows.map((row) => parseRow(ModelTurn, row.document, `Turn ${row.index} of run ${runId}`));
}
