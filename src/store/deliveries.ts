import { and, asc, eq, ne } from 'drizzle-orm';
import { DecidedDelivery } from '../incident/incident.ts';
import { type Executor, parseRow } from './row.ts';
import { deliveries } from './schema.ts';

const columns = { id: deliveries.id, document: deliveries.document };

function toDelivery(row: { id: string; document: unknown }): DecidedDelivery {
  return parseRow(DecidedDelivery, row.document, `Delivery ${row.id}`);
}

export async function findDelivery(db: Executor, id: string): Promise<DecidedDelivery | null> {
  const [row] = await db.select(columns).from(deliveries).where(eq(deliveries.id, id));
  return row ? toDelivery(row) : null;
}

/** In the order in which they were decided, ignored ones left out. */
export async function listDeliveries(db: Executor, incidentId: string): Promise<DecidedDelivery[]> {
  const rows = await db
    .select(columns)
    .from(deliveries)
    .where(and(eq(deliveries.incidentId, incidentId), ne(deliveries.decision, 'ignore')))
    .orderBy(asc(deliveries.seq));
  return rows.map(toDelivery);
}

export async function saveDelivery(db: Executor, decided: DecidedDelivery): Promise<void> {
  await db.insert(deliveries).values({
    id: decided.delivery.id,
    incidentId: decided.incidentId,
    decision: decided.decision.kind,
    document: decided,
  });
}
