import type { Delivery, LabelSet } from '../alert/alert.ts';
import { absorb, type Episode, ofEpisode } from './absorb.ts';
import { decide } from './decide.ts';
import { episodeIdOf, incidentIdOf } from './identity.ts';
import type { Decision, Incident } from './incident.ts';
import { lastWordAt } from './known-alerts.ts';

interface Applied {
  decision: Decision;
  /** Null when there is none to speak of. */
  incident: Incident | null;
  /** Ids of the early resolutions that are part of the incident now. */
  adopted: string[];
}

/**
 * Decides on a delivery and gives the incident as it is afterwards.
 * `groupId` is that of the delivery as it was received, before redaction. `environmentOf` names the environment that
 * the labels belong to. `early` are the group's resolutions that were ignored as `resolved-before-seen`.
 */
export function applyDelivery(
  latest: Incident | null,
  delivery: Delivery,
  groupId: string,
  environmentOf: (labels: LabelSet) => string,
  early: Delivery[] = [],
): Applied {
  const decision = decide(latest, delivery, early);
  if (decision.reason === 'resolved-before-seen') return { decision, incident: null, adopted: [] };
  if (decision.reason === 'earlier-episode') return { decision, incident: latest, adopted: [] };
  const before = decision.kind === 'open' ? null : latest;
  const episode = absorb(before, delivery, early);
  const incident =
    before === null
      ? { ...identify(latest, delivery, groupId, episode.startedAt, environmentOf), ...episode }
      : { ...before, ...episode };
  return { decision, incident, adopted: ofEpisode(early, episode.startedAt).map(({ id }) => id) };
}

/** What stays the same of an incident, whatever is delivered after it was opened. */
function identify(
  previous: Incident | null,
  delivery: Delivery,
  groupId: string,
  startedAt: string,
  environmentOf: (labels: LabelSet) => string,
): Omit<Incident, keyof Episode> {
  const episodeId = episodeIdOf(groupId, startedAt, delivery.id);
  // The route's are the least specific: what the alerts say wins.
  const labels = { ...delivery.routeLabels, ...delivery.groupLabels, ...delivery.commonLabels };
  const { source, receiver, groupKey } = delivery;
  return {
    id: incidentIdOf(episodeId),
    groupId,
    origin: { source, receiver, groupKey },
    episodeId,
    environment: environmentOf(labels),
    title: titleOf(delivery, labels),
    labels,
    openedAt: delivery.receivedAt,
    previousEnd: previous === null ? null : lastWordAt(previous),
  };
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
  // A label that is blank names nothing.
  const told = (label: string) => labels[label]?.trim() || undefined;
  const subject = SUBJECT_LABELS.map(told).find((value) => value !== undefined);
  const place = [told('namespace'), subject].filter((part) => part !== undefined).join('/');
  return place === '' ? name : `${name} · ${place}`;
}
