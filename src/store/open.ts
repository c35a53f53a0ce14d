import type { Database } from './database.ts';
import { countFirings, listDeliveries } from './deliveries.ts';
import { DrizzleQueryError, drizzle, sql } from './drizzle.ts';
import { claimEffect, completeEffect, listEffects, releaseEffect } from './effects.ts';
import { addEvidence, listEvidence, listEvidenceLines } from './evidence.ts';
import { findIncident, latestOfGroup, listIncidents, listOpenIncidents } from './incidents.ts';
import { migrateDatabase } from './migrate.ts';
import { addNotice, listNotices } from './notices.ts';
import { recordDelivery } from './record.ts';
import {
  addProgress,
  concludeRun,
  ensureRun,
  findRun,
  isRunOver,
  listRecent,
  listRuns,
  passLead,
  startRun,
} from './runs.ts';
import { listMembers } from './shared-runs.ts';
import type { Store } from './store.ts';
import { addTurn, listTurns } from './turns.ts';
import { listUnconcluded } from './unconcluded.ts';

/**
 * The store in a database, which it first brings to the newest schema. Closing the store closes the database.
 *
 * Documents come back exactly as they were stored, U+0000 included. Ids, keys, scopes and owners may not hold
 * that character: they are ours to choose.
 */
export async function openStore(database: Database): Promise<Store> {
  await said(migrateDatabase(database));
  const db = drizzle(database.pool);
  return {
    record: (group, delivery, decide) => said(recordDelivery(db, group, delivery, decide)),

    incident: (id) => said(findIncident(db, id)),
    latestIncident: (groupId) => said(latestOfGroup(db, groupId)),
    openIncidents: (since) => said(listOpenIncidents(db, since)),
    incidents: (page) => said(listIncidents(db, page)),
    deliveries: (incidentId) => said(listDeliveries(db, incidentId)),
    notices: (incidentId) => said(listNotices(db, incidentId)),

    addNotice: (incidentId, notice) => said(addNotice(db, incidentId, notice)),
    firings: (groupId, since) => said(countFirings(db, groupId, since)),

    ensureRun: (request) => said(ensureRun(db, request)),
    passLead: (id) => said(passLead(db, id)),
    members: (id) => said(listMembers(db, id)),
    run: (id) => said(findRun(db, id)),
    runs: (incidentId) => said(listRuns(db, incidentId)),
    isRunOver: (id) => said(isRunOver(db, id)),
    startRun: (id, at) => said(startRun(db, id, at)),
    recentRuns: (at) => said(listRecent(db, at)),
    addProgress: (id, line) => said(addProgress(db, id, line)),
    concludeRun: (id, report, at) => said(concludeRun(db, id, report, at)),
    unconcluded: (page) => said(listUnconcluded(db, page)),

    addEvidence: (runId, evidence) => said(addEvidence(db, runId, evidence)),
    evidence: (runId) => said(listEvidence(db, runId)),
    evidenceLines: (runId) => said(listEvidenceLines(db, runId)),
    addTurn: (runId, index, turn) => said(addTurn(db, runId, index, turn)),
    turns: (runId) => said(listTurns(db, runId)),

    claimEffect: (...claim) => said(claimEffect(db, ...claim)),
    completeEffect: (...done) => said(completeEffect(db, ...done)),
    releaseEffect: (...claim) => said(releaseEffect(db, ...claim)),
    effects: (scope) => said(listEffects(db, scope)),

    ping: async () => {
      await said(db.execute(sql`SELECT 1`));
    },
    close: () => database.close(),
  };
}

/**
 * Drizzle's errors quote the statement with all its parameters, such as an evidence's full output, and would
 * carry them into logs and job records. PostgreSQL's own words say what is wrong.
 */
async function said<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DrizzleQueryError)) throw error;
    throw new Error(`The database refused: ${error.cause?.message ?? 'no reason given'}`);
  }
}
