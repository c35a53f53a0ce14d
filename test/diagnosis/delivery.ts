import type { Delivery } from '../../src/alert/alert.ts';
import { digest } from '../../src/lib/digest.ts';
import { generatorUrl } from '../scenarios/alertmanager.ts';
import type { DiagnosisCase } from './case.ts';
import type { World } from './world.ts';

/** What Alertmanager sends of a case's alert, at the end of the world's window. */
export function shopDelivery({ alert }: Pick<DiagnosisCase, 'alert'>, world: World): Delivery {
  const { name, labels = {}, summary = name, expr, minutesAgo = 10 } = alert;
  const all = { alertname: name, severity: 'critical', namespace: world.namespace, ...labels };
  return {
    id: `d-${digest([name, world.now], 16)}`,
    source: 'alertmanager',
    receivedAt: world.now,
    receiver: 'probable-cause',
    groupKey: `{}:{alertname="${name}"}`,
    status: 'firing',
    groupLabels: { alertname: name },
    commonLabels: all,
    commonAnnotations: { summary },
    externalUrl: 'http://alertmanager.monitoring:9093',
    truncatedAlerts: 0,
    alerts: [
      {
        status: 'firing',
        labels: all,
        annotations: { summary },
        startsAt: world.ago(minutesAgo * 60),
        endsAt: null,
        generatorUrl: expr === undefined ? null : generatorUrl(expr),
        fingerprint: digest(['fingerprint', name], 16),
      },
    ],
  };
}
