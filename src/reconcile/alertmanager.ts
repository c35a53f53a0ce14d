import type { Delivery } from '../alert/alert.ts';
import { sharedLabels } from '../alert/shared-labels.ts';
import type { WatchedGroup } from '../alertmanager/client.ts';
import type { Incident } from '../incident/incident.ts';
import { digest } from '../lib/digest.ts';
import { holds, type Watch } from './watch.ts';

/** What Alertmanagers said at one time. */
export interface Seen {
  groups: WatchedGroup[];
  /** Those that were asked for. */
  receivers: readonly string[];
}

export interface Silence {
  incidentId: string;
  /** `silence 1f3c…`, in order. */
  by: string[];
}

interface Found {
  /** Those that should have come by now. */
  deliveries: Delivery[];
  /** Of which nothing fires any more, wherever it was asked. */
  gone: Incident[];
  silences: Silence[];
}

/** What came here of what Alertmanagers tell, and what did not. Pure. */
export function compareWithAlertmanager(seen: Seen, incidents: Incident[], watch: Watch): Found {
  const ours = incidents.filter(
    ({ origin }) => origin?.source === 'alertmanager' && seen.receivers.includes(origin.receiver),
  );
  return {
    deliveries: merged(seen.groups).flatMap((group) => missing(group, ours, watch)),
    gone: ours.filter((incident) => !isThere(incident, seen.groups)),
    silences: ours.flatMap((incident) => silenceOf(incident, seen.groups)),
  };
}

/** The peers of a highly available pair tell of the same groups, and one of them of more alerts at times. */
function merged(groups: WatchedGroup[]): WatchedGroup[] {
  const found = new Map<string, WatchedGroup>();
  for (const group of groups) {
    const id = digest([group.receiver, group.groupKey ?? JSON.stringify(group.groupLabels)]);
    const before = found.get(id);
    const known = new Set(before?.alerts.map(({ alert }) => alert.fingerprint));
    const more = group.alerts.filter(({ alert }) => !known.has(alert.fingerprint));
    found.set(id, { ...(before ?? group), alerts: [...(before?.alerts ?? []), ...more] });
  }
  return [...found.values()];
}

/** What the group's webhook would tell, if one of the alerts that it tells of is in no open incident. */
function missing(group: WatchedGroup, incidents: Incident[], watch: Watch): Delivery[] {
  const { receiver, groupKey, groupLabels, externalUrl } = group;
  const alerts = group.alerts.flatMap(({ alert, suppressedBy }) =>
    suppressedBy.length === 0 ? [alert] : [],
  );
  const isKnown = incidents.some(
    ({ origin }) => origin?.receiver === receiver && origin.groupKey === groupKey,
  );
  const lost = alerts.filter(
    ({ startsAt, fingerprint }) =>
      watch.isLate(startsAt, isKnown ? group.groupIntervalMs : 0) &&
      !incidents.some((incident) => fires(incident, receiver, fingerprint)),
  );
  if (lost.length === 0 || groupKey === null) return [];
  const told = lost.map(({ fingerprint, startsAt }) => `${fingerprint} ${startsAt}`).sort();
  return [
    {
      id: watch.idOf('alertmanager', receiver, groupKey, ...told),
      source: 'alertmanager',
      receivedAt: watch.now,
      receiver,
      groupKey,
      status: 'firing',
      groupLabels,
      commonLabels: sharedLabels(alerts.map(({ labels }) => labels)),
      commonAnnotations: sharedLabels(alerts.map(({ annotations }) => annotations)),
      externalUrl,
      truncatedAlerts: 0,
      notificationReason: 'found by asking Alertmanager: no webhook told of it',
      alerts,
    },
  ];
}

function fires(incident: Incident, receiver: string, fingerprint: string): boolean {
  return incident.origin?.receiver === receiver && holds(incident, fingerprint);
}

function isThere({ origin, ...incident }: Incident, groups: WatchedGroup[]): boolean {
  return groups.some(
    ({ receiver, groupKey, alerts }) =>
      receiver === origin?.receiver &&
      (groupKey === origin.groupKey ||
        alerts.some(({ alert }) => holds(incident, alert.fingerprint))),
  );
}

/** What keeps all that fires of an incident from being notified of. */
function silenceOf(incident: Incident, groups: WatchedGroup[]): Silence[] {
  const firing = groups
    .filter(({ receiver }) => receiver === incident.origin?.receiver)
    .flatMap(({ alerts }) => alerts)
    .filter(({ alert }) => holds(incident, alert.fingerprint));
  const isSilent = firing.length > 0 && firing.every(({ suppressedBy }) => suppressedBy.length > 0);
  if (!isSilent) return [];
  const by = new Set(firing.flatMap(({ suppressedBy }) => suppressedBy));
  return [{ incidentId: incident.id, by: [...by].sort() }];
}
