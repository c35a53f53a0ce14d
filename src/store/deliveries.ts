import type { Delivery } from '../alert/alert.ts';
import { DecidedDelivery, type Decision } from '../incident/incident.ts';
import { noticeOf } from '../incident/notice.ts';
import { Notice } from '../incident/view.ts';
import { and, asc, desc, eq, gte, inArray, isNull, ne } from './drizzle.ts';
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

/** What the thread says of the deliveries, in the order in which they were decided, and the most left out. */
export async function listDeliveryNotices(
  db: Executor,
  incidentId: string,
): Promise<{ notices: Notice[]; truncatedAlerts: number }> {
  const rows = await db
    .select({ id: deliveries.id, notice: deliveries.notice, truncated: deliveries.truncatedAlerts })
    .from(deliveries)
    .where(eq(deliveries.incidentId, incidentId))
    .orderBy(asc(deliveries.seq));
  return {
    notices: rows.flatMap(({ id, notice }) =>
      notice === null ? [] : parseRow(Notice, notice, `Notice of delivery ${id}`),
    ),
    truncatedAlerts: Math.max(0, ...rows.map((row) => row.truncated)),
  };
}

const FIRINGS: Decision['kind'][] = ['open', 're-fire', 'reopen'];

/** See `Store.firings`. */
export async function countFirings(db: Executor, groupId: string, since: string): Promise<number> {
  const rows = await db
    .select({ id: deliveries.id, notice: deliveries.notice })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.groupId, groupId),
        gte(deliveries.receivedAt, new Date(since)),
        inArray(deliveries.decision, FIRINGS),
      ),
    );
  // Not in the query: PostgreSQL cannot look into a document that holds U+0000.
  const isRepetition = ({ id, notice }: (typeof rows)[number]) =>
    notice !== null && parseRow(Notice, notice, `Notice of delivery ${id}`).reason === 'repeated';
  return rows.filter((row) => !isRepetition(row)).length;
}

/** A group that sends resolutions of what is never seen to fire must not make each decision slower. */
const MAX_EARLY = 20;

/** The group's last deliveries that belong to no incident, newest first. */
export async function listEarly(db: Executor, groupId: string): Promise<Delivery[]> {
  const rows = await db
    .select(columns)
    .from(deliveries)
    .where(and(eq(deliveries.groupId, groupId), isNull(deliveries.incidentId)))
    .orderBy(desc(deliveries.receivedAt))
    .limit(MAX_EARLY);
  return rows.map((row) => toDelivery(row).delivery);
}

export async function adoptDeliveries(
  db: Executor,
  incidentId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(deliveries)
    .set({ incidentId })
    .where(inArray(deliveries.id, [...ids]));
}

export async function saveDelivery(
  db: Executor,
  groupId: string,
  decided: DecidedDelivery,
): Promise<void> {
  await db.insert(deliveries).values({
    id: decided.delivery.id,
    groupId,
    receivedAt: new Date(decided.delivery.receivedAt),
    incidentId: decided.incidentId,
    decision: decided.decision.kind,
    notice: noticeOf(decided),
    truncatedAlerts: decided.delivery.truncatedAlerts,
    document: decided,
  });
}
