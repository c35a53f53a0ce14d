import type { Delivery, LabelSet } from '../../../src/alert/alert.ts';
import { storable } from '../../../src/alert/fields.ts';
import { alertOf } from '../alert-group.ts';
import { kindOf, read, readObject } from '../read.ts';
import { DecodeError, type Receipt } from '../source.ts';
import { AlertBody, Envelope } from './schema.ts';

/** @throws DecodeError naming the first field that is not as Grafana's own body has it. */
export function decode(body: unknown, receipt: Receipt): Delivery {
  checkVersion(readObject(body));
  const { alerts, externalURL, ...group } = read(Envelope, body);
  return {
    ...receipt,
    ...group,
    source: 'grafana',
    externalUrl: externalURL,
    alerts: alerts.map((given, index) => {
      const alert = read(AlertBody, given, `alerts[${index}]`);
      const { annotations, ...rest } = alertOf(alert, receipt.receivedAt);
      return { ...rest, annotations: { ...extrasOf(alert), ...annotations } };
    }),
  };
}

/** What Grafana says of an alert besides its labels, as annotations: they are shown, and decide nothing. */
function extrasOf({ values, valueString, ...urls }: AlertBody): LabelSet {
  const numbers = Object.entries(values ?? {}).map(
    ([name, value]) => `${storable(name)} = ${value ?? 'no data'}`,
  );
  const extras = {
    grafana_values: numbers.length > 0 ? numbers.join(', ') : valueString,
    grafana_dashboard: urls.dashboardURL,
    grafana_panel: urls.panelURL,
    grafana_image: urls.imageURL,
  };
  return Object.fromEntries(
    Object.entries(extras).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/** First, because what follows from another version would be misleading. */
function checkVersion(body: object): void {
  const version = 'version' in body ? body.version : undefined;
  if (version === '1') return;
  const got = typeof version === 'string' ? JSON.stringify(version.slice(0, 20)) : kindOf(version);
  throw new DecodeError(
    'version',
    `version: expected "1", got ${got}. ${adviceFor(body, version)}`,
  );
}

function adviceFor(body: object, version: unknown): string {
  if (version === '4') return "This is Alertmanager's body: send it to /webhooks/alertmanager.";
  return 'ruleName' in body
    ? 'This is the legacy alerting of Grafana 8 and before: switch it to Grafana Alerting.'
    : 'This is not what a webhook contact point itself sends: remove its custom payload, or send other systems ' +
        'to their own path.';
}
