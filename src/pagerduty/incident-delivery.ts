import { z } from 'zod';
import type { Alert, Delivery, LabelSet } from '../alert/alert.ts';
import { MaybeStartTime, MaybeText } from '../alert/fields.ts';
import { digest } from '../lib/digest.ts';

const Reference = z.object({ summary: MaybeText }).nullish().catch(null);

const incidentId = 'the id of an incident, at most 64 letters, digits, "_" and "-"';

/** An incident as events and the REST API tell of it. */
export const IncidentData = z.object(
  {
    /** Also a part of a path of PagerDuty's API, so nothing else may be in it. */
    id: z.string(incidentId).regex(/^[\w-]{1,64}$/, incidentId),
    status: MaybeText,
    title: MaybeText,
    html_url: MaybeText,
    created_at: MaybeStartTime,
    last_status_change_at: MaybeStartTime,
    service: Reference,
    priority: Reference,
    urgency: MaybeText,
  },
  'an incident',
);
export type IncidentData = z.infer<typeof IncidentData>;

/** What is told of an incident besides itself. */
interface Told extends Pick<Delivery, 'id' | 'receivedAt'> {
  reason: string;
  startsAt: string;
  /** Null while it fires. */
  endsAt: string | null;
}

/**
 * An incident as a delivery of one alert: the incident itself. The alerts behind it are not in it, so the delivery
 * says that it lacks them.
 */
export function deliveryOfIncident(
  incident: IncidentData,
  { id, receivedAt, reason, startsAt, endsAt }: Told,
): Delivery {
  const alert = incidentAsAlert(incident, startsAt, endsAt);
  return {
    id,
    receivedAt,
    source: 'pagerduty',
    // Not the service: an incident can be moved to another one.
    receiver: 'pagerduty',
    groupKey: incident.id,
    status: alert.status,
    groupLabels: {},
    commonLabels: alert.labels,
    commonAnnotations: {},
    externalUrl: incident.html_url ?? '',
    truncatedAlerts: 0,
    notificationReason: reason,
    lacks: 'alerts',
    alerts: [alert],
  };
}

function incidentAsAlert(incident: IncidentData, startsAt: string, endsAt: string | null): Alert {
  return {
    status: endsAt === null ? 'firing' : 'resolved',
    labels: labelsOf(incident),
    annotations: {},
    startsAt,
    endsAt,
    generatorUrl: null,
    fingerprint: digest(['pagerduty', incident.id], 16),
    standsIn: true,
  };
}

/** A priority is a judgement about this very incident, an urgency only whether to wake somebody. */
function labelsOf({ title, service, priority, urgency }: IncidentData): LabelSet {
  const severity = severities.get(priority?.summary?.toUpperCase() ?? '') ?? urgency;
  const labels = {
    alertname: title || 'PagerDuty incident',
    severity,
    pagerduty_service: service?.summary,
    pagerduty_priority: priority?.summary,
    pagerduty_urgency: urgency,
  };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/** The priorities that an account has at first, as severities. */
const severities: ReadonlyMap<string, string> = new Map([
  ['P1', 'critical'],
  ['P2', 'error'],
  ['P3', 'warning'],
  ['P4', 'low'],
  ['P5', 'info'],
]);
