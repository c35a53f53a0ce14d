import { Incident } from '../incident/incident.ts';
import { and, desc, eq, gte, lt, or, sql } from './drizzle.ts';
import { type Executor, parseRow } from './row.ts';
import { incidents } from './schema.ts';
import type { IncidentPlace } from './store.ts';

const columns = { id: incidents.id, document: incidents.document };

function toIncident(row: { id: string; document: unknown }): Incident {
  return parseRow(Incident, row.document, `Incident ${row.id}`);
}

export async function findIncident(db: Executor, id: string): Promise<Incident | null> {
  const [row] = await db.select(columns).from(incidents).where(eq(incidents.id, id));
  return row ? toIncident(row) : null;
}

export async function latestOfGroup(db: Executor, groupId: string): Promise<Incident | null> {
  const [row] = await db
    .select(columns)
    .from(incidents)
    .where(eq(incidents.groupId, groupId))
    .orderBy(desc(incidents.openedAt), desc(incidents.seq))
    .limit(1);
  return row ? toIncident(row) : null;
}

export async function listIncidents(
  db: Executor,
  { limit, before }: { limit: number; before: IncidentPlace | null },
): Promise<Incident[]> {
  const rows = await db
    .select(columns)
    .from(incidents)
    .where(before === null ? undefined : isAfter(before))
    .orderBy(desc(incidents.openedAt), desc(incidents.id))
    .limit(limit);
  return rows.map(toIncident);
}

const MAX_OPEN = 1_000;

/**
 * See `Store.openIncidents`. What cannot be open is left out by the text of the document: PostgreSQL cannot look into
 * one that holds U+0000. A label may say the same, so the documents decide.
 */
export async function listOpenIncidents(db: Executor, since: string): Promise<Incident[]> {
  const rows = await db
    .select(columns)
    .from(incidents)
    .where(
      and(
        gte(incidents.openedAt, new Date(since)),
        sql`${incidents.document}::text LIKE '%"status":"open"%'`,
      ),
    )
    .orderBy(desc(incidents.openedAt), desc(incidents.seq))
    .limit(MAX_OPEN);
  return rows.map(toIncident).filter(({ status }) => status === 'open');
}

/** What comes after a place in the list. */
function isAfter({ openedAt, id }: IncidentPlace) {
  const at = new Date(openedAt);
  return or(lt(incidents.openedAt, at), and(eq(incidents.openedAt, at), lt(incidents.id, id)));
}

/** @throws when another incident has the same episode. */
export async function saveIncident(db: Executor, incident: Incident): Promise<void> {
  const values = {
    groupId: incident.groupId,
    episodeId: incident.episodeId,
    openedAt: new Date(incident.openedAt),
    status: incident.status,
    document: incident,
  };
  await db
    .insert(incidents)
    .values({ id: incident.id, ...values })
    .onConflictDoUpdate({ target: incidents.id, set: values });
}
