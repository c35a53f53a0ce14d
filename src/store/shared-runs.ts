import { z } from 'zod';
import type { Candidate, Member, Members, Tie } from '../incident/gather-of.ts';
import { Outline } from '../incident/outline.ts';
import { and, asc, eq, gte, isNull, lte, ne, sql } from './drizzle.ts';
import { type Executor, parseRow } from './row.ts';
import { incidents, runs } from './schema.ts';
import type { Run, Sharing } from './store.ts';

/** Who shares with whom, what begins and what it may cost are decided one at a time. Held to the transaction's end. */
export async function lockRuns(tx: Executor): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended('start of runs', 0))`);
}

/** Under the lock: decides with whom a new run shares, and stores it. */
export async function makeSharedRun(
  tx: Executor,
  run: Pick<Run, 'id' | 'incidentId' | 'window'>,
  share: Sharing,
): Promise<void> {
  const { environment, openedAt, outline } = share;
  const candidates = await listCandidates(tx, share);
  const openedInMinute = (await countOpened(tx, run.incidentId, share)) + 1;
  const { leader, members } = share.gather({ candidates, openedInMinute });
  await tx.insert(runs).values({
    ...run,
    leaderId: leader?.runId ?? null,
    leaderReason: leader?.reason ?? null,
    outline,
    environment,
    openedAt: new Date(openedAt),
  });
  for (const member of members) await follow(tx, member, run.id);
}

/** Under the lock: what a run led, and the run itself, follow its first member that is open. */
export async function passToMember(tx: Executor, id: string): Promise<void> {
  const [next] = (await listMembers(tx, id)).filter(({ status }) => status === 'open');
  if (next === undefined) return;
  await tx.update(runs).set({ leaderId: null, leaderReason: null }).where(eq(runs.id, next.runId));
  await follow(tx, { runId: id, reason: 'resolved before it was investigated' }, next.runId);
}

/** With all that it leads: a leader has no leader. */
async function follow(tx: Executor, { runId, reason }: Tie, leaderId: string): Promise<void> {
  await tx.update(runs).set({ leaderId, leaderReason: reason }).where(eq(runs.id, runId));
  await tx.update(runs).set({ leaderId }).where(eq(runs.leaderId, runId));
}

/** More that wait or run at once, all within the window, share nothing with one another: one of them will do. */
const MAX_CANDIDATES = 100;

async function listCandidates(tx: Executor, share: Sharing): Promise<Candidate[]> {
  const { environment, openedAt, windowMs } = share;
  const at = Date.parse(openedAt);
  const rows = await tx
    .select({
      runId: runs.id,
      incidentId: runs.incidentId,
      state: runs.state,
      openedAt: runs.openedAt,
      outline: runs.outline,
    })
    .from(runs)
    .innerJoin(incidents, eq(incidents.id, runs.incidentId))
    .where(
      and(
        eq(runs.environment, environment),
        gte(runs.openedAt, new Date(at - windowMs)),
        lte(runs.openedAt, new Date(at + windowMs)),
        isNull(runs.leaderId),
        ne(runs.state, 'concluded'),
        eq(incidents.status, 'open'),
      ),
    )
    .orderBy(asc(runs.openedAt), asc(runs.seq))
    .limit(MAX_CANDIDATES);
  return rows.map(({ state, ...row }) => ({
    runId: row.runId,
    incidentId: row.incidentId,
    openedAt: (row.openedAt ?? new Date(openedAt)).toISOString(),
    waits: state === 'queued',
    outline: parseRow(Outline, row.outline, `Outline of run ${row.runId}`),
  }));
}

const MINUTE_MS = 60_000;

/** Other incidents of the environment that were opened in the minute before. */
async function countOpened(tx: Executor, incidentId: string, share: Sharing): Promise<number> {
  const at = Date.parse(share.openedAt);
  const [row] = await tx
    .select({ opened: sql<number>`count(DISTINCT ${runs.incidentId})::int` })
    .from(runs)
    .where(
      and(
        eq(runs.environment, share.environment),
        gte(runs.openedAt, new Date(at - MINUTE_MS)),
        lte(runs.openedAt, new Date(at)),
        ne(runs.incidentId, incidentId),
      ),
    );
  return row?.opened ?? 0;
}

const StoredMember = z.object({
  runId: z.string(),
  incidentId: z.string(),
  status: z.string().nullable(),
  outline: Outline,
  reason: z.string(),
});

/** See `Store.members`. */
export async function listMembers(db: Executor, id: string): Promise<Member[]> {
  const members = await selectMembers(db, id);
  return members.map(({ outline, ...member }) => ({ ...member, title: outline.title }));
}

/** What a run is told of, of all that it leads. */
const MAX_SHOWN = 30;

export async function listMembersAtStart(tx: Executor, id: string): Promise<Members> {
  const members = await selectMembers(tx, id);
  const shown = members.slice(0, MAX_SHOWN);
  return {
    total: members.length,
    shown: shown.map(({ outline, reason }) => ({ ...outline, reason })),
  };
}

async function selectMembers(db: Executor, id: string): Promise<z.output<typeof StoredMember>[]> {
  const leading = db.select({ incidentId: runs.incidentId }).from(runs).where(eq(runs.id, id));
  const rows = await db
    .select({
      runId: runs.id,
      incidentId: runs.incidentId,
      status: incidents.status,
      outline: runs.outline,
      reason: runs.leaderReason,
    })
    .from(runs)
    .innerJoin(incidents, eq(incidents.id, runs.incidentId))
    // An earlier run of the same incident follows too; it is not another one.
    .where(and(eq(runs.leaderId, id), sql`${runs.incidentId} NOT IN ${leading}`))
    .orderBy(asc(runs.openedAt), asc(runs.seq));
  return rows.map((row) => parseRow(StoredMember, row, `Member ${row.runId} of run ${id}`));
}
