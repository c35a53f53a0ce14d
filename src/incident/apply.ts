import type { Alert, Delivery, LabelSet } from '../alert/alert.ts';
import { decide } from './decide.ts';
import { contentDigestOf, episodeIdOf, incidentIdOf } from './identity.ts';
import type { Decision, Incident } from './incident.ts';

/**
 * Decides on a delivery and gives the incident as it is afterwards; null when there is none to speak of.
 * `groupId` is that of the delivery as it was received, before redaction. `environmentOf` names the environment that the labels belong to.
 */
export function applyDelivery(
  latest: Incident | null,
  delivery: Delivery,
  groupId: string,
  environmentOf: (labels: LabelSet) => string,
): { decision: Decision; incident: Incident | null } {
  const decision = decide(latest, delivery);
  if (decision.kind === 'open')
    return { decision, incident: open(delivery, groupId, environmentOf) };
  if (latest === null) return { decision, incident: null };
  // An ignored delivery teaches nothing, except that some of the alerts have ended.
  if (decision.kind === 'ignore' && decision.reason !== 'partly-resolved') {
    return { decision, incident: latest };
  }
  return { decision, incident: update(latest, delivery, decision) };
}

function open(
  delivery: Delivery,
  groupId: string,
  environmentOf: (labels: LabelSet) => string,
): Incident {
  const startedAt = earliestFiringStart(delivery);
  const episodeId = episodeIdOf(groupId, startedAt, delivery.id);
  // The route's are the least specific: what the alerts say wins.
  const labels = { ...delivery.routeLabels, ...delivery.groupLabels, ...delivery.commonLabels };
  return {
    id: incidentIdOf(episodeId),
    groupId,
    episodeId,
    environment: environmentOf(labels),
    status: 'open',
    title: titleOf(delivery, labels),
    severity: severityOf(delivery.alerts),
    labels,
    startedAt,
    openedAt: delivery.receivedAt,
    resolvedAt: null,
    alerts: Object.fromEntries(delivery.alerts.map((alert) => [alert.fingerprint, alert])),
    ...(delivery.gaps === undefined ? {} : { gaps: delivery.gaps }),
    lastDelivery: { receivedAt: delivery.receivedAt, digest: contentDigestOf(delivery) },
  };
}

function update(incident: Incident, delivery: Delivery, decision: Decision): Incident {
  const older = Date.parse(delivery.receivedAt) < Date.parse(incident.lastDelivery.receivedAt);
  const incoming = Object.fromEntries(delivery.alerts.map((alert) => [alert.fingerprint, alert]));
  // What was received later knows better, whatever the order in which the jobs ran.
  const alerts = older ? { ...incoming, ...incident.alerts } : { ...incident.alerts, ...incoming };
  const status = statusAfter(incident, decision);
  const { gaps = [], ...known } = incident;
  const left = older ? gaps : (delivery.gaps ?? []);
  return {
    ...known,
    ...(left.length > 0 ? { gaps: left } : {}),
    status,
    alerts,
    severity: severityOf(Object.values(alerts)),
    resolvedAt: status === 'open' ? null : (incident.resolvedAt ?? endOf(delivery)),
    lastDelivery: older
      ? incident.lastDelivery
      : { receivedAt: delivery.receivedAt, digest: contentDigestOf(delivery) },
  };
}

function statusAfter(incident: Incident, decision: Decision): Incident['status'] {
  if (decision.kind === 'resolve') return 'resolved';
  if (decision.kind === 're-fire') return 'open';
  return incident.status;
}

function earliestFiringStart(delivery: Delivery): string {
  const starts = delivery.alerts
    .filter((alert) => alert.status === 'firing')
    .map((alert) => Date.parse(alert.startsAt));
  return new Date(Math.min(...starts)).toISOString();
}

/** When the last of its alerts ended, which is some time before the delivery says so. */
function endOf({ alerts, receivedAt }: Delivery): string {
  const ends = alerts.flatMap(({ endsAt }) => (endsAt === null ? [] : [Date.parse(endsAt)]));
  const last = Math.min(Math.max(...ends), Date.parse(receivedAt));
  return ends.length === 0 ? receivedAt : new Date(last).toISOString();
}

/** From worst to mildest; what a label says beyond these ranks last, yet is kept. */
const SEVERITIES = ['critical', 'page', 'error', 'high', 'warning', 'medium', 'low', 'info'];

function severityOf(alerts: Alert[]): string | null {
  const seen = alerts.flatMap((alert) => alert.labels.severity ?? []);
  const rank = (severity: string) => {
    const index = SEVERITIES.indexOf(severity.toLowerCase());
    return index === -1 ? SEVERITIES.length : index;
  };
  return seen.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

/**
 * The labels that say where it hurts, the narrowest first. `service`, `instance` and `job` come last: in the
 * alerts of kube-prometheus-stack they name the exporter that tells, not the workload that it tells of.
 */
const SUBJECT_LABELS = [
  'deployment',
  'statefulset',
  'daemonset',
  'cronjob',
  'job_name',
  'horizontalpodautoscaler',
  'persistentvolumeclaim',
  'pod',
  'container',
  'node',
  'service',
  'instance',
  'job',
];

function titleOf(delivery: Delivery, labels: LabelSet): string {
  const name = labels.alertname ?? delivery.alerts[0]?.labels.alertname ?? 'Alert without a name';
  const subject = SUBJECT_LABELS.map((label) => labels[label]).find((value) => value !== undefined);
  const place = [labels.namespace, subject].filter((part) => part !== undefined).join('/');
  return place === '' ? name : `${name} · ${place}`;
}
