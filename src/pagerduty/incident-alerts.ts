import { z } from 'zod';
import type { Alert, Delivery } from '../alert/alert.ts';
import { MaybeStartTime, MaybeText } from '../alert/fields.ts';
import { fingerprintOf } from '../alert/fingerprint.ts';
import { sharedLabels } from '../alert/shared-labels.ts';
import { latestOf } from '../incident/instants.ts';
import { digest } from '../lib/digest.ts';
import { valueAt } from '../lib/value-at.ts';
import { alertsListedIn, extrasIn, type ListedAlert } from './details.ts';

/** As many as Alertmanager puts into a body of 8 MB. */
const MAX_ALERTS = 5_000;

const PagerDutyAlert = z.object({
  id: z.string().min(1),
  summary: MaybeText,
  status: MaybeText,
  severity: MaybeText,
  created_at: MaybeStartTime,
  body: z.object({ details: z.unknown() }).nullish().catch(null),
});
type PagerDutyAlert = z.infer<typeof PagerDutyAlert>;

/**
 * The delivery of an incident with the alerts behind it in its place. The incident stays an alert of its own
 * while it fires and none of them does: somebody reopened it, or its alerts were resolved one by one.
 * @param found What `GET /incidents/{id}/alerts` gave. What cannot be read of it is left out.
 */
export function withAlerts(delivery: Delivery, found: readonly unknown[]): Delivery {
  const [incident] = delivery.alerts;
  if (incident === undefined) return delivery;
  const behind = found.flatMap((item) => {
    const alert = PagerDutyAlert.safeParse(item);
    return alert.success ? alertsOf(alert.data, incident, delivery.receivedAt) : [];
  });
  const alerts = distinct(behind)
    .slice(0, MAX_ALERTS)
    .map((alert) => startingAfter(alert, delivery));
  const stands = alerts.some(({ status }) => status === delivery.status);
  if (!stands) alerts.push(incident);
  return {
    ...delivery,
    commonLabels: sharedLabels(alerts.map(({ labels }) => labels)),
    commonAnnotations: sharedLabels(alerts.map(({ annotations }) => annotations)),
    alerts,
  };
}

/** What fires behind an incident that was reopened began anew with it, though it keeps the start of the first time. */
function startingAfter(alert: Alert, { notificationReason, alerts: [incident] }: Delivery): Alert {
  const reopened = notificationReason === 'incident.reopened' && alert.status === 'firing';
  if (!reopened || incident === undefined) return alert;
  return { ...alert, startsAt: latestOf([alert.startsAt, incident.startsAt]) ?? alert.startsAt };
}

function alertsOf(given: PagerDutyAlert, incident: Alert, receivedAt: string): Alert[] {
  const details = given.body?.details;
  // What fired when it was triggered is over once PagerDuty says so: it keeps the details of the first event.
  const over = incident.status === 'resolved' || given.status === 'resolved';
  const { alertname, ...ofIncident } = incident.labels;
  const extras = extrasIn(details);
  const frame: Frame = {
    status: over ? 'resolved' : 'firing',
    labels: { ...ofIncident, ...extras.labels },
    annotations: extras.annotations,
    startsAt: given.created_at ?? incident.startsAt,
    endsAt: incident.endsAt ?? receivedAt,
  };
  const listed = [
    ...listedUnder(details, 'firing').map((item) => listedAlert(item, frame)),
    ...listedUnder(details, 'resolved').map((item) =>
      listedAlert(item, { ...frame, status: 'resolved' }),
    ),
  ];
  if (listed.length > 0) return listed;
  const severity = extras.labels.severity ?? given.severity ?? ofIncident.severity;
  const labels = {
    ...frame.labels,
    alertname: given.summary || alertname || 'PagerDuty alert',
    ...(severity ? { severity } : {}),
  };
  const fingerprint = digest(['pagerduty alert', given.id], 16);
  return [alertIn(frame, { labels, generatorUrl: null, fingerprint })];
}

/** What is known of an alert before its own details are. */
interface Frame extends Pick<Alert, 'status' | 'labels' | 'annotations' | 'startsAt'> {
  /** When it ended, if it has. */
  endsAt: string;
}

function listedUnder(details: unknown, key: 'firing' | 'resolved'): ListedAlert[] {
  return alertsListedIn(valueAt(details, [key]));
}

/** Its own labels win, the severity of its rule among them; they alone identify it. */
function listedAlert(item: ListedAlert, frame: Frame): Alert {
  const { labels, annotations, startsAt, endsAt, generatorURL, fingerprint } = item;
  return alertIn(frame, {
    labels: { ...frame.labels, ...labels },
    annotations: { ...frame.annotations, ...annotations },
    startsAt: startsAt ?? frame.startsAt,
    endsAt: endsAt ?? frame.endsAt,
    generatorUrl: generatorURL || null,
    fingerprint: fingerprint || fingerprintOf(labels),
  });
}

function alertIn(
  frame: Frame,
  own: Partial<Alert> & Pick<Alert, 'labels' | 'generatorUrl' | 'fingerprint'>,
): Alert {
  const alert = { ...frame, ...own };
  return { ...alert, endsAt: alert.status === 'firing' ? null : alert.endsAt };
}

/** One of each fingerprint, in order. One alert may stand in several of PagerDuty: it fires if it fires in any. */
function distinct(alerts: Alert[]): Alert[] {
  const found = new Map<string, Alert>();
  for (const alert of alerts) {
    if (found.get(alert.fingerprint)?.status !== 'firing') found.set(alert.fingerprint, alert);
  }
  return [...found.values()];
}
