import { z } from 'zod';
import type { MessageRef } from '../notify/channel.ts';
import { and, asc, eq, isNotNull, isNull, sql } from './drizzle.ts';
import { type Executor, parseRow } from './row.ts';
import { effects } from './schema.ts';
import type { Effect } from './store.ts';

const EffectState = z.enum(['claimed', 'done']);
const StoredEffect = z.object({
  key: z.string(),
  state: EffectState,
  ref: z.record(z.string(), z.string()).nullable(),
  digest: z.string().nullable(),
});
const StoredClaim = StoredEffect.omit({ state: true }).extend({
  stateBefore: EffectState.nullable(),
});

/** How far a database's clock may be set back without costing an owner its lease. */
const SET_BACK_MS = 60_000;

const NOT_HELD = { owner: null, leaseUntil: null, stateBefore: null };

/**
 * One compare-and-set statement, so that of any number of owners one wins. The lease runs on the database's
 * clock, which is the only one that all of them share. One that ends later than any lease from now could was made
 * before that clock was set back: it counts as run out, or nobody could deliver for as long as it was ahead.
 */
export async function claimEffect(
  db: Executor,
  scope: string,
  key: string,
  owner: string,
  leaseMs: number,
): Promise<{ before: Effect | null } | null> {
  const fromNow = (ms: number) => sql`clock_timestamp() + ${ms} * interval '1 millisecond'`;
  const lease = { owner, state: 'claimed', leaseUntil: fromNow(leaseMs) };
  const [row] = await db
    .insert(effects)
    .values({ scope, key, ...lease })
    .onConflictDoUpdate({
      target: [effects.scope, effects.key],
      set: { ...lease, stateBefore: sql`${effects.state}` },
      setWhere: sql`${effects.owner} IS NULL OR ${effects.owner} = ${owner}
        OR ${effects.leaseUntil} <= clock_timestamp()
        OR ${effects.leaseUntil} > ${fromNow(leaseMs + SET_BACK_MS)}`,
    })
    .returning();
  if (!row) return null;
  const { stateBefore, ...rest } = parseRow(StoredClaim, row, `Effect ${scope} ${key}`);
  return { before: stateBefore && { ...rest, state: stateBefore } };
}

/** An owner whose lease ran out, but whose claim nobody took, still holds it. */
export async function completeEffect(
  db: Executor,
  scope: string,
  key: string,
  owner: string,
  done: { ref: MessageRef; digest: string },
): Promise<void> {
  const completed = await db
    .update(effects)
    .set({ state: 'done', ...done, ...NOT_HELD })
    .where(heldBy(scope, key, owner))
    .returning({ key: effects.key });
  if (completed.length === 0) {
    throw new Error(`${owner} no longer holds the claim on effect ${scope} ${key}`);
  }
}

/** Puts the row back to what it was before the claim: for a first claim that is no row. */
export async function releaseEffect(
  db: Executor,
  scope: string,
  key: string,
  owner: string,
): Promise<void> {
  const held = heldBy(scope, key, owner);
  await db.delete(effects).where(and(held, isNull(effects.stateBefore)));
  await db
    .update(effects)
    .set({ ...NOT_HELD, state: sql`${effects.stateBefore}` })
    .where(and(held, isNotNull(effects.stateBefore)));
}

export async function listEffects(db: Executor, scope: string): Promise<Effect[]> {
  const rows = await db
    .select()
    .from(effects)
    .where(eq(effects.scope, scope))
    .orderBy(asc(effects.key));
  return rows.map((row) => parseRow(StoredEffect, row, `Effect ${scope} ${row.key}`));
}

function heldBy(scope: string, key: string, owner: string) {
  return and(eq(effects.scope, scope), eq(effects.key, key), eq(effects.owner, owner));
}
