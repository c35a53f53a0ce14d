import type { Delivery } from '../alert/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { deliveryOfIncident, type IncidentData } from '../pagerduty/incident-delivery.ts';
import type { Watch } from './watch.ts';

interface Found {
  /** Those that should have come by now. */
  deliveries: Delivery[];
  /** That PagerDuty does not list as open: only itself knows what became of each. */
  gone: Incident[];
}

/** What came here of what PagerDuty tells, and what did not. Pure. */
export function compareWithPagerDuty(
  listed: IncidentData[],
  incidents: Incident[],
  watch: Watch,
): Found {
  const ours = incidents.filter(({ origin }) => origin?.source === 'pagerduty');
  const known = new Set(ours.map(({ origin }) => origin?.groupKey));
  const open = new Set(listed.map(({ id }) => id));
  return {
    deliveries: listed.filter(({ id }) => !known.has(id)).flatMap((one) => missing(one, watch)),
    gone: ours.filter(({ origin }) => origin !== undefined && !open.has(origin.groupKey)),
  };
}

/** What the incident's webhook would have told. */
function missing(incident: IncidentData, { now, isLate, idOf }: Watch): Delivery[] {
  const changedAt = incident.last_status_change_at ?? incident.created_at ?? now;
  if (!isLate(changedAt)) return [];
  return [
    deliveryOfIncident(incident, {
      id: idOf('pagerduty', incident.id, changedAt),
      receivedAt: now,
      reason: 'found by asking PagerDuty: no webhook told of it',
      startsAt: incident.created_at ?? changedAt,
      endsAt: null,
    }),
  ];
}
