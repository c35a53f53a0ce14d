import type { Delivery } from '../../../src/alert/alert.ts';

/** What Alertmanager sends while an alert fires: an end that has not come. */
const NO_END = '0001-01-01T00:00:00Z';

/** The body that Alertmanager would have sent for a delivery: `decode` the other way round. */
export function encodeAlertmanager(delivery: Delivery): object {
  return {
    version: '4',
    groupKey: delivery.groupKey,
    truncatedAlerts: delivery.truncatedAlerts,
    status: delivery.status,
    receiver: delivery.receiver,
    groupLabels: delivery.groupLabels,
    commonLabels: delivery.commonLabels,
    commonAnnotations: delivery.commonAnnotations,
    externalURL: delivery.externalUrl,
    notification_reason: delivery.notificationReason,
    routeLabels: delivery.routeLabels,
    alerts: delivery.alerts.map(({ endsAt, generatorUrl, ...alert }) => ({
      ...alert,
      endsAt: endsAt ?? NO_END,
      generatorURL: generatorUrl ?? '',
    })),
  };
}
