import { and, asc, eq, gte, isNull, ne, or } from './drizzle.ts';
import type { Executor } from './row.ts';
import { incidents, runs } from './schema.ts';
import type { Unconcluded } from './store.ts';

export async function listUnconcluded(
  db: Executor,
  page: { since: string; limit: number },
): Promise<Unconcluded[]> {
  const rows = await db
    .select({ incidentId: incidents.id, openedAt: incidents.openedAt, runId: runs.id })
    .from(incidents)
    .leftJoin(runs, eq(runs.incidentId, incidents.id))
    .where(
      and(
        gte(incidents.openedAt, new Date(page.since)),
        or(isNull(runs.id), and(ne(runs.state, 'concluded'), isNull(runs.leaderId))),
      ),
    )
    .orderBy(asc(incidents.openedAt), asc(incidents.seq), asc(runs.seq))
    .limit(page.limit);
  return rows.map(({ openedAt, ...row }) => ({ ...row, openedAt: openedAt.toISOString() }));
}
