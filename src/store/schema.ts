import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import {
  bigint,
  doublePrecision,
  index,
  integer,
  json,
  pgSchema,
  primaryKey,
  text,
  timestamp,
} from './drizzle.ts';

/**
 * Everything of ours lives in one schema and is always named with it: the database may be shared, and on the
 * embedded one the search path belongs to the queue.
 *
 * Documents are `json`, not `jsonb`, on purpose. `jsonb` refuses U+0000 and lone surrogates, which command
 * output and labels may hold; `json` keeps the text of the document as it was sent, where both are escapes.
 * So what is stored comes back unchanged. What has to be searched or sorted has a column of its own, and
 * those hold only names that we make ourselves.
 */
export const schema = pgSchema('probable_cause');

const instant = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
/** The order of insertion, where time alone would leave ties. */
const sequence = () => bigint('seq', { mode: 'bigint' }).generatedAlwaysAsIdentity();

export const incidents = schema.table(
  'incidents',
  {
    id: text('id').primaryKey(),
    groupId: text('group_id').notNull(),
    episodeId: text('episode_id').notNull().unique(),
    openedAt: instant('opened_at').notNull(),
    /** Rows that were stored before there was such a column have none until they change. */
    status: text('status'),
    seq: sequence(),
    document: json('document').notNull(),
  },
  (table) => [
    index('incidents_group').on(table.groupId, table.openedAt),
    index('incidents_opened').on(table.openedAt),
  ],
);

export const deliveries = schema.table(
  'deliveries',
  {
    id: text('id').primaryKey(),
    /** Of this and the next, rows that were stored before there was such a column have none. */
    groupId: text('group_id'),
    receivedAt: instant('received_at'),
    incidentId: text('incident_id').references(() => incidents.id),
    decision: text('decision').notNull(),
    seq: sequence(),
    /** What the thread says of it, beside the document: that may hold 5,000 alerts, and a thread is shown often. */
    notice: json('notice'),
    truncatedAlerts: integer('truncated_alerts').notNull().default(0),
    document: json('document').notNull(),
  },
  (table) => [
    index('deliveries_incident').on(table.incidentId, table.seq),
    index('deliveries_group').on(table.groupId, table.receivedAt),
  ],
);

/** What a thread says besides the deliveries. */
export const notices = schema.table(
  'notices',
  {
    incidentId: text('incident_id')
      .notNull()
      .references(() => incidents.id),
    id: text('id').notNull(),
    seq: sequence(),
    document: json('document').notNull(),
  },
  (table) => [primaryKey({ columns: [table.incidentId, table.id] })],
);

export const runs = schema.table(
  'runs',
  {
    id: text('id').primaryKey(),
    incidentId: text('incident_id')
      .notNull()
      .references(() => incidents.id),
    state: text('state').notNull().default('queued'),
    window: json('window').notNull(),
    incident: json('incident'),
    tools: json('tools').notNull().default([]),
    versions: json('versions').notNull().default({}),
    report: json('report'),
    /** Which hourly limit keeps the model from it; null when none does. */
    withheld: json('withheld'),
    /** Beside the documents, which PostgreSQL cannot look into where they hold U+0000. */
    alertname: json('alertname'),
    usd: doublePrecision('usd'),
    startedAt: instant('started_at'),
    concludedAt: instant('concluded_at'),
    /** The run that investigates for this one too, which has no leader itself; null when it does so by itself. */
    leaderId: text('leader_id').references((): AnyPgColumn => runs.id),
    leaderReason: json('leader_reason'),
    /** Those that it led when it began, as far as it looks at them. */
    members: json('members'),
    /** Of its incident what tells which others are like it: null for a run that shares nothing. */
    outline: json('outline'),
    environment: text('environment'),
    openedAt: instant('opened_at'),
    seq: sequence(),
  },
  (table) => [
    index('runs_incident').on(table.incidentId, table.seq),
    index('runs_started').on(table.startedAt),
    index('runs_leader').on(table.leaderId),
    index('runs_opened').on(table.environment, table.openedAt),
  ],
);

export const progress = schema.table(
  'run_progress',
  {
    seq: sequence().primaryKey(),
    runId: text('run_id')
      .notNull()
      .references(() => runs.id),
    line: json('line').notNull(),
  },
  (table) => [index('run_progress_run').on(table.runId, table.seq)],
);

export const evidence = schema.table(
  'evidence',
  {
    runId: text('run_id')
      .notNull()
      .references(() => runs.id),
    id: text('id').notNull(),
    /** What a thread lists of it, beside the document with its whole output. */
    line: json('line').notNull(),
    document: json('document').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.id] })],
);

export const turns = schema.table(
  'turns',
  {
    runId: text('run_id')
      .notNull()
      .references(() => runs.id),
    index: integer('index').notNull(),
    document: json('document').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.index] })],
);

export const effects = schema.table(
  'effects',
  {
    scope: text('scope').notNull(),
    key: text('key').notNull(),
    state: text('state').notNull(),
    /** What `state` was before the claim that holds now; null while the first claim holds. */
    stateBefore: text('state_before'),
    owner: text('owner'),
    // In full precision: rounded up, a lease would outlast its time.
    leaseUntil: timestamp('lease_until', { withTimezone: true }),
    ref: json('ref'),
    digest: text('digest'),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key] })],
);
