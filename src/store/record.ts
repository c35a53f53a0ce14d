import type { Delivery } from '../alert/alert.ts';
import type { DecidedDelivery, Incident } from '../incident/incident.ts';
import { adoptDeliveries, findDelivery, listEarly, saveDelivery } from './deliveries.ts';
import { sql } from './drizzle.ts';
import { latestOfGroup, saveIncident } from './incidents.ts';
import type { Executor } from './row.ts';
import type { Outcome } from './store.ts';

/** See `Store.record`. */
export function recordDelivery(
  db: Executor,
  groupId: string,
  delivery: Delivery,
  decide: (latest: Incident | null, early: Delivery[]) => Outcome,
): Promise<DecidedDelivery> {
  return db.transaction(async (tx) => {
    // Row locks would not do: of a group's first two deliveries, neither finds a row to lock.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${groupId}, 0))`);
    const seen = await findDelivery(tx, delivery.id);
    if (seen) return seen;

    const { decision, incident, adopted } = decide(
      await latestOfGroup(tx, groupId),
      await listEarly(tx, groupId),
    );
    if (incident && incident.groupId !== groupId) {
      throw new TypeError(
        `decide returned incident ${incident.id} of group ${incident.groupId}, ` +
          `but the lock held is that of group ${groupId}`,
      );
    }
    if (incident) await saveIncident(tx, incident);
    const decided = { delivery, decision, incidentId: incident?.id ?? null };
    await saveDelivery(tx, groupId, decided);
    if (incident) await adoptDeliveries(tx, incident.id, adopted ?? []);
    return decided;
  });
}
