import { and, desc, eq, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { TimeWindow } from '../alert/window.ts';
import { Incident } from '../incident/incident.ts';
import { Report } from '../report/report.ts';
import { ToolSpec } from '../tools/tool.ts';
import { type Executor, parseRow } from './row.ts';
import { progress, runs } from './schema.ts';
import type { Run, RunStart } from './store.ts';

const StoredRun = z.object({
  id: z.string(),
  incidentId: z.string(),
  state: z.enum(['queued', 'running', 'concluded']),
  window: TimeWindow,
  incident: Incident.nullable(),
  progress: z.array(z.string()),
  report: Report.nullable(),
  tools: z.array(ToolSpec),
  versions: z.record(z.string(), z.string()),
  startedAt: z.date().nullable(),
  concludedAt: z.date().nullable(),
});

const columns = {
  id: runs.id,
  incidentId: runs.incidentId,
  state: runs.state,
  window: runs.window,
  incident: runs.incident,
  progress: sql<unknown>`(
    SELECT coalesce(json_agg(${progress.line} ORDER BY ${progress.seq}), '[]')
    FROM ${progress} WHERE ${progress.runId} = ${runs.id})`,
  report: runs.report,
  tools: runs.tools,
  versions: runs.versions,
  startedAt: runs.startedAt,
  concludedAt: runs.concludedAt,
};

function toRun(row: { id: string }): Run {
  const run = parseRow(StoredRun, row, `Run ${row.id}`);
  return {
    ...run,
    startedAt: run.startedAt?.toISOString() ?? null,
    concludedAt: run.concludedAt?.toISOString() ?? null,
  };
}

export async function ensureRun(
  db: Executor,
  run: Pick<Run, 'id' | 'incidentId' | 'window'>,
): Promise<Run> {
  const { id, incidentId, window } = run;
  await db.insert(runs).values({ id, incidentId, window }).onConflictDoNothing();
  return requireRun(db, id);
}

export async function findRun(db: Executor, id: string): Promise<Run | null> {
  const [row] = await db.select(columns).from(runs).where(eq(runs.id, id));
  return row ? toRun(row) : null;
}

export async function listRuns(db: Executor, incidentId: string): Promise<Run[]> {
  const rows = await db
    .select(columns)
    .from(runs)
    .where(eq(runs.incidentId, incidentId))
    .orderBy(desc(runs.seq));
  return rows.map(toRun);
}

export async function startRun(
  db: Executor,
  id: string,
  { incident, tools, versions, at }: RunStart,
): Promise<void> {
  const started = await db
    .update(runs)
    .set({ state: 'running', incident, tools, versions, startedAt: new Date(at) })
    .where(and(eq(runs.id, id), eq(runs.state, 'queued')))
    .returning({ id: runs.id });
  if (started.length === 0) await requireRun(db, id);
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
    .set({ state: 'concluded', report, concludedAt: new Date(at) })
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
