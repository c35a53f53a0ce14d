import { Notice } from '../incident/view.ts';
import { listDeliveryNotices } from './deliveries.ts';
import { asc, eq } from './drizzle.ts';
import { type Executor, parseRow } from './row.ts';
import { notices } from './schema.ts';

export async function addNotice(db: Executor, incidentId: string, notice: Notice): Promise<void> {
  await db
    .insert(notices)
    .values({ incidentId, id: notice.id, document: notice })
    .onConflictDoNothing();
}

/** See `Store.notices`. Those of deliveries are in the order in which they were decided, the others between them. */
export async function listNotices(
  db: Executor,
  incidentId: string,
): Promise<{ notices: Notice[]; truncatedAlerts: number }> {
  const [told, rows] = await Promise.all([
    listDeliveryNotices(db, incidentId),
    db.select().from(notices).where(eq(notices.incidentId, incidentId)).orderBy(asc(notices.seq)),
  ]);
  const others = rows.map((row) => parseRow(Notice, row.document, `Notice ${row.id}`));
  return { ...told, notices: merge(told.notices, others) };
}

function merge(told: Notice[], others: Notice[]): Notice[] {
  return others.reduce((all, other) => {
    const before = all.findLastIndex(({ at }) => Date.parse(at) <= Date.parse(other.at));
    return all.toSpliced(before + 1, 0, other);
  }, told);
}
