import { z } from 'zod';
import { TimeWindow } from '../alert/window.ts';
import { Leader, Members, NO_MEMBERS } from '../incident/gather-of.ts';
import { Incident } from '../incident/incident.ts';
import { Outline } from '../incident/outline.ts';
import type { RecentRun } from '../investigation/admission.ts';
import { Report } from '../report/report.ts';
import { ToolSpec } from '../tools/tool.ts';
import { alias, and, desc, eq, gt, isNull, ne, or, sql } from './drizzle.ts';
import { type Executor, parseRow } from './row.ts';
import { incidents, progress, runs } from './schema.ts';
import { listMembersAtStart, lockRuns, makeSharedRun, passToMember } from './shared-runs.ts';
import type { Run, RunRequest, RunStart, RunSummary } from './store.ts';

const StoredSummary = z.object({
  id: z.string(),
  incidentId: z.string(),
  leader: Leader.nullable(),
  members: Members.nullable(),
  state: z.enum(['queued', 'running', 'concluded']),
  window: TimeWindow,
  progress: z.array(z.string()),
  report: Report.nullable(),
  withheld: Report.shape.stopped,
  versions: z.record(z.string(), z.string()),
  startedAt: z.date().nullable(),
  concludedAt: z.date().nullable(),
});
const StoredRun = StoredSummary.extend({
  incident: Incident.nullable(),
  tools: z.array(ToolSpec),
});

const leaders = alias(runs, 'leaders');

const summaryColumns = {
  id: runs.id,
  incidentId: runs.incidentId,
  leaderId: leaders.id,
  leaderIncident: leaders.incidentId,
  leaderOutline: leaders.outline,
  leaderReason: runs.leaderReason,
  members: runs.members,
  state: sql<unknown>`coalesce(${leaders.state}, ${runs.state})`,
  window: runs.window,
  progress: sql<unknown>`(
    SELECT coalesce(json_agg(${progress.line} ORDER BY ${progress.seq}), '[]')
    FROM ${progress} WHERE ${progress.runId} = ${runs.id})`,
  report: sql<unknown>`coalesce(${leaders.report}, ${runs.report})`,
  withheld: runs.withheld,
  versions: runs.versions,
  startedAt: runs.startedAt,
  concludedAt: runs.concludedAt,
  leaderStartedAt: leaders.startedAt,
  leaderConcludedAt: leaders.concludedAt,
};

const columns = { ...summaryColumns, incident: runs.incident, tools: runs.tools };

function selectRuns(db: Executor) {
  return db.select(columns).from(runs).leftJoin(leaders, eq(leaders.id, runs.leaderId));
}

function selectSummaries(db: Executor) {
  return db.select(summaryColumns).from(runs).leftJoin(leaders, eq(leaders.id, runs.leaderId));
}

type Row = Awaited<ReturnType<typeof selectRuns>>[number];
type SummaryRow = Awaited<ReturnType<typeof selectSummaries>>[number];

function toRun(row: Row): Run {
  return settled(parseRow(StoredRun, { ...row, leader: leaderIn(row) }, `Run ${row.id}`), row);
}

function toSummary(row: SummaryRow): RunSummary {
  const run = { ...row, leader: leaderIn(row) };
  return settled(parseRow(StoredSummary, run, `Run ${row.id}`), row);
}

/** With the times as text; those of the leader, where there is one. */
function settled<S extends z.output<typeof StoredSummary>>(run: S, row: SummaryRow) {
  return {
    ...run,
    members: run.members ?? NO_MEMBERS,
    startedAt: (row.leaderStartedAt ?? run.startedAt)?.toISOString() ?? null,
    concludedAt: (row.leaderConcludedAt ?? run.concludedAt)?.toISOString() ?? null,
  };
}

function leaderIn(row: SummaryRow): unknown {
  if (row.leaderId === null) return null;
  const outline = parseRow(Outline, row.leaderOutline, `Outline of run ${row.leaderId}`);
  return {
    runId: row.leaderId,
    incidentId: row.leaderIncident,
    title: outline.title,
    reason: row.leaderReason,
  };
}

/** See `Store.ensureRun`. */
export async function ensureRun(db: Executor, { share, ...run }: RunRequest): Promise<Run> {
  const { id, incidentId, window } = run;
  if (share === undefined) {
    await db.insert(runs).values({ id, incidentId, window }).onConflictDoNothing();
    return requireRun(db, id);
  }
  return db.transaction(async (tx) => {
    await lockRuns(tx);
    const known = await findRun(tx, id);
    if (known !== null) return known;
    await makeSharedRun(tx, run, share);
    return requireRun(tx, id);
  });
}

/** See `Store.passLead`. */
export function passLead(db: Executor, id: string): Promise<Run> {
  return db.transaction(async (tx) => {
    await lockRuns(tx);
    const run = await requireRun(tx, id);
    if (run.leader !== null || run.state !== 'queued') return run;
    await passToMember(tx, id);
    return requireRun(tx, id);
  });
}

export async function findRun(db: Executor, id: string): Promise<Run | null> {
  const [row] = await selectRuns(db).where(eq(runs.id, id));
  return row ? toRun(row) : null;
}

export async function listRuns(db: Executor, incidentId: string): Promise<RunSummary[]> {
  const rows = await selectSummaries(db)
    .where(eq(runs.incidentId, incidentId))
    .orderBy(desc(runs.seq));
  return rows.map(toSummary);
}

/** See `Store.isRunOver`. An earlier run of an incident follows too. */
export async function isRunOver(db: Executor, id: string): Promise<boolean> {
  const rows = await db
    .selectDistinct({ status: incidents.status })
    .from(runs)
    .innerJoin(incidents, eq(incidents.id, runs.incidentId))
    .where(or(eq(runs.id, id), eq(runs.leaderId, id)));
  return rows.length > 0 && rows.every(({ status }) => status === 'resolved');
}

/** See `Store.startRun`. */
export function startRun(
  db: Executor,
  id: string,
  { incident, tools, versions, at, withhold }: RunStart,
): Promise<void> {
  return db.transaction(async (tx) => {
    await lockRuns(tx);
    const withheld = withhold === undefined ? null : withhold(await listRecent(tx, at));
    const started = await tx
      .update(runs)
      .set({
        state: 'running',
        incident,
        tools,
        versions,
        withheld,
        members: await listMembersAtStart(tx, id),
        alertname: incident.labels.alertname ?? null,
        startedAt: new Date(at),
      })
      .where(and(eq(runs.id, id), eq(runs.state, 'queued'), isNull(runs.leaderId)))
      .returning({ id: runs.id });
    if (started.length === 0) await requireRun(tx, id);
  });
}

const HOUR_MS = 60 * 60_000;

const StoredRecentRun = z.object({ alertname: z.string().nullable(), usd: z.number().nullable() });

/** See `Store.recentRuns`. */
export async function listRecent(db: Executor, at: string): Promise<RecentRun[]> {
  const rows = await db
    .select({ id: runs.id, alertname: runs.alertname, usd: runs.usd })
    .from(runs)
    .where(and(gt(runs.startedAt, new Date(Date.parse(at) - HOUR_MS)), isNull(runs.withheld)));
  return rows.map((row) => parseRow(StoredRecentRun, row, `Run ${row.id}`));
}

export async function addProgress(db: Executor, id: string, line: string): Promise<void> {
  await db.insert(progress).values({ runId: id, line });
}

export async function concludeRun(
  db: Executor,
  id: string,
  report: Report,
  at: string,
): Promise<boolean> {
  const concluded = await db
    .update(runs)
    .set({ state: 'concluded', report, usd: report.usage.usd, concludedAt: new Date(at) })
    .where(and(eq(runs.id, id), ne(runs.state, 'concluded')))
    .returning({ id: runs.id });
  if (concluded.length === 0) await requireRun(db, id);
  return concluded.length > 0;
}

async function requireRun(db: Executor, id: string): Promise<Run> {
  const run = await findRun(db, id);
  if (!run) throw new Error(`There is no run ${id}`);
  return run;
}
