import type { Delivery } from '../../src/alert/alert.ts';
import { applyDelivery } from '../../src/incident/apply.ts';
import { groupIdOf } from '../../src/incident/identity.ts';
import type { Incident } from '../../src/incident/incident.ts';

interface Played {
  /** `open: first-seen`, one for each delivery. */
  decisions: string[];
  /** The group's last. */
  incident: Incident | null;
  /** How many were opened. */
  opened: number;
}

/** The decisions on deliveries of one group, each seeing what the ones before left, as the store hands it on. */
export function play(...deliveries: Delivery[]): Played {
  const decisions = new Map<string, string>();
  const told: string[] = [];
  let incident: Incident | null = null;
  let early: Delivery[] = [];
  for (const item of deliveries) {
    // The store decides on each delivery once.
    if (decisions.has(item.id)) continue;
    const outcome = applyDelivery(incident, item, groupIdOf(item), () => 'prod', early);
    const { kind, reason } = outcome.decision;
    decisions.set(item.id, kind);
    told.push(`${kind}: ${reason}`);
    early = early.filter(({ id }) => !outcome.adopted.includes(id));
    if (outcome.incident === null) early.push(item);
    incident = outcome.incident ?? incident;
  }
  const opened = [...decisions.values()].filter((kind) => kind === 'open').length;
  return { decisions: told, incident, opened };
}
