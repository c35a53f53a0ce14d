import { investigationWindow } from '../../../src/alert/window.ts';
import { around, ramp, type SeriesByQuery, secondOf, series } from '../series.ts';
import { after } from '../times.ts';
import { delivery, EXPRESSION } from './alert.ts';
import { ERRORS_AT, FULL_AT, JOB, JOB_AT } from './times.ts';

const window = investigationWindow('2026-11-20T02:09:01.244Z', delivery.receivedAt);

export const CONNECTIONS =
  'sum by (usename, application_name) (pg_stat_activity_count{namespace="data", datname="commerce"})';
export const MAX_CONNECTIONS = 'max by (pod) (pg_settings_max_connections{namespace="data"})';
export const TRAFFIC =
  'sum(rate(http_requests_total{namespace="orders", service="orders-api"}[5m]))';
export const PARALLELISM =
  'max by (job_name) (kube_job_spec_parallelism{namespace="billing", job_name=~"invoice-export-.*"})';

const errorShare = (second: number) =>
  ramp(second, [ERRORS_AT, 0.001], [after(ERRORS_AT, 540), 0.24]);

/** The export takes what is free in half a minute, then each place that orders-api gives back. */
function exporting(second: number): number {
  const atOnce = ramp(second, [after(JOB_AT, 5), 0], [FULL_AT, 145]);
  return Math.floor(atOnce + ramp(second, [after(JOB_AT, 60), 0], [after(JOB_AT, 480), 15]));
}

function connections(usename: string, application_name: string, at: (second: number) => number) {
  return series({ application_name, usename }, window, at);
}

export const queries: SeriesByQuery = {
  [EXPRESSION]: [
    series({ namespace: 'orders', service: 'orders-api' }, window, (second) => {
      const share = errorShare(second);
      return share > 0.05 ? share : null;
    }),
  ],
  [CONNECTIONS]: [
    series(
      { application_name: 'billing/invoice-export', usename: 'invoice_export' },
      window,
      (second) => (second < secondOf(JOB_AT) + 5 ? null : exporting(second)),
    ),
    connections(
      'orders_api',
      'orders/orders-api',
      (second) => 38 - Math.max(0, exporting(second) - 145),
    ),
    connections('billing_api', 'billing/billing-api', () => 9),
    connections('reporting', 'metabase', () => 4),
    connections('postgres_exporter', 'postgres_exporter', () => 1),
  ],
  [MAX_CONNECTIONS]: [
    series({ pod: 'commerce-db-0' }, window, () => 200),
    series({ pod: 'commerce-db-1' }, window, () => 200),
  ],
  [TRAFFIC]: [series({}, window, (second) => around(64, 0.04, second))],
  [PARALLELISM]: [
    series({ job_name: 'invoice-export-29916120' }, window, () => 2),
    series({ job_name: 'invoice-export-29917560' }, window, () => 2),
    series({ job_name: JOB }, window, (second) => (second < secondOf(JOB_AT) + 15 ? null : 10)),
  ],
};
