import type { EffectLedger } from '../../src/notify/sync.ts';
import type { Effect } from '../../src/store/store.ts';

interface Row extends Effect {
  owner: string | null;
  leaseUntil: number;
  stateBefore: Effect['state'] | null;
}

export interface MemoryLedger extends EffectLedger {
  /** Lets every lease run out, as time does after a worker died. */
  expireLeases(): void;
  /** The next call of this method throws, as when the process dies or the database is gone. */
  failNext(method: keyof EffectLedger): void;
  row(scope: string, key: string): Effect | null;
}

/** The store's ledger, with its contract, in memory and with time standing still. */
export function memoryLedger(): MemoryLedger {
  const rows = new Map<string, Map<string, Row>>();
  const failing = new Set<string>();
  let now = 0;

  function scoped(scope: string): Map<string, Row> {
    const found = rows.get(scope) ?? new Map<string, Row>();
    rows.set(scope, found);
    return found;
  }

  function enter(method: keyof EffectLedger): void {
    if (failing.delete(method)) throw new Error(`the database is gone (${method})`);
  }

  function held(scope: string, key: string, owner: string): Row {
    const row = scoped(scope).get(key);
    if (row?.state !== 'claimed' || row.owner !== owner)
      throw new Error(`${owner} does not hold ${scope} ${key}`);
    return row;
  }

  return {
    expireLeases: () => {
      now += 1_000_000;
    },
    failNext: (method) => {
      failing.add(method);
    },
    row: (scope, key) => effectOf(scoped(scope).get(key)),
    claimEffect: async (scope, key, owner, leaseMs) => {
      enter('claimEffect');
      const row = scoped(scope).get(key);
      if (
        row?.state === 'claimed' &&
        row.owner !== null &&
        row.owner !== owner &&
        row.leaseUntil > now
      )
        return null;
      const before = effectOf(row);
      scoped(scope).set(key, {
        key,
        state: 'claimed',
        ref: row?.ref ?? null,
        digest: row?.digest ?? null,
        owner,
        leaseUntil: now + leaseMs,
        stateBefore: row?.state ?? null,
      });
      return { before };
    },
    completeEffect: async (scope, key, owner, done) => {
      enter('completeEffect');
      Object.assign(held(scope, key, owner), { ...done, state: 'done', owner: null });
    },
    releaseEffect: async (scope, key, owner) => {
      enter('releaseEffect');
      const row = held(scope, key, owner);
      if (row.stateBefore === null) scoped(scope).delete(key);
      else Object.assign(row, { state: row.stateBefore, owner: null });
    },
    effects: async (scope) => {
      enter('effects');
      return [...scoped(scope).values()].flatMap((row) => effectOf(row) ?? []);
    },
  };
}

function effectOf(row: Row | undefined): Effect | null {
  return row === undefined
    ? null
    : { key: row.key, state: row.state, ref: row.ref, digest: row.digest };
}
