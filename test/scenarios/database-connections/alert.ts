import type { Delivery } from '../../../src/alert/alert.ts';
import { generatorUrl } from '../alertmanager.ts';

/** A team's own rule: no mixin knows the names of an application's metrics. */
export const EXPRESSION =
  'sum by (namespace, service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (namespace, service) (rate(http_requests_total[5m])) > 0.05';

const labels = {
  alertname: 'HTTPServerErrorsHigh',
  namespace: 'orders',
  prometheus: 'monitoring/kube-prometheus-stack-prometheus',
  service: 'orders-api',
  severity: 'critical',
  team: 'commerce',
};
const annotations = {
  description:
    'orders/orders-api has answered 18.77% of its requests with a 5xx status for 5 minutes.',
  runbook_url: 'https://runbooks.example.com/http-server-errors',
  summary: 'More than 5% of requests fail.',
};

export const delivery: Delivery = {
  id: 'd-2a8f6c01d95e4b73',
  source: 'alertmanager',
  receivedAt: '2026-11-20T02:09:31.870Z',
  receiver: 'probable-cause',
  groupKey: '{}/{severity="critical"}:{alertname="HTTPServerErrorsHigh", namespace="orders"}',
  status: 'firing',
  groupLabels: { alertname: 'HTTPServerErrorsHigh', namespace: 'orders' },
  commonLabels: labels,
  commonAnnotations: annotations,
  externalUrl: 'http://kube-prometheus-stack-alertmanager.monitoring:9093',
  truncatedAlerts: 0,
  alerts: [
    {
      status: 'firing',
      labels,
      annotations,
      startsAt: '2026-11-20T02:09:01.244Z',
      endsAt: null,
      generatorUrl: generatorUrl(EXPRESSION),
      fingerprint: 'e43a1d70c8b92f56',
    },
  ],
};
