import type { Delivery } from '../../../src/alert/alert.ts';
import { alertOf } from '../alert-group.ts';
import { kindOf, read, readObject } from '../read.ts';
import { DecodeError, type Receipt } from '../source.ts';
import { AlertBody, Envelope } from './schema.ts';

/** @throws DecodeError naming the first field that is not as version 4 has it. */
export function decode(body: unknown, receipt: Receipt): Delivery {
  checkVersion(readObject(body));
  const envelope = read(Envelope, body);
  const { alerts, externalURL, notification_reason, routeLabels, ...group } = envelope;
  return {
    ...receipt,
    ...group,
    ...(notification_reason ? { notificationReason: notification_reason } : {}),
    ...(routeLabels ? { routeLabels } : {}),
    source: 'alertmanager',
    externalUrl: externalURL,
    alerts: alerts.map((alert, index) =>
      alertOf(read(AlertBody, alert, `alerts[${index}]`), receipt.receivedAt),
    ),
  };
}

/** First, because what follows from another version would be misleading. */
function checkVersion(body: object): void {
  const version = 'version' in body ? body.version : undefined;
  if (version === '4') return;
  const got = typeof version === 'string' ? JSON.stringify(version.slice(0, 20)) : kindOf(version);
  throw new DecodeError(
    'version',
    `version: expected "4", got ${got}. ${adviceFor(body, version)}`,
  );
}

function adviceFor(body: object, version: unknown): string {
  if ('orgId' in body) return "This is Grafana's body: send it to /webhooks/grafana.";
  return typeof version === 'string'
    ? 'Upgrade the Alertmanager: every current one sends version 4.'
    : 'This is not the body that Alertmanager itself sends: remove a custom `payload:` from its webhook_config, ' +
        'or send other systems to their own path.';
}
