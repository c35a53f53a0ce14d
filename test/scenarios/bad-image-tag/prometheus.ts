import { investigationWindow } from '../../../src/alert/window.ts';
import { around, type SeriesByQuery, secondOf, series } from '../series.ts';
import { delivery, EXPRESSION } from './alert.ts';
import { ROLLOUT_AT } from './times.ts';

const window = investigationWindow('2026-11-19T16:27:31.122Z', delivery.receivedAt);

export const RESPONSES =
  'sum by (status) (rate(nginx_ingress_controller_requests{exported_namespace="web", ingress="storefront"}[5m]))';
export const CPU_SHARE =
  'sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="web", container="storefront"}[5m]))';

/** The number of updated replicas last changed with the rollout: ten minutes later it counts as stuck. */
const stuckSince = secondOf(ROLLOUT_AT) + 610;
const {
  alertname: _name,
  prometheus: _prometheus,
  severity: _severity,
  ...target
} = delivery.commonLabels;
const OLD_PODS = ['4wqzx', '8dnrl', 'c5vtj', 'm2kgh', 'zp7sb'];

export const queries: SeriesByQuery = {
  [EXPRESSION]: [series(target, window, (second) => (second >= stuckSince ? 6 : null))],
  [RESPONSES]: [
    series({ status: '200' }, window, (second) => around(348, 0.05, second)),
    series({ status: '304' }, window, (second) => around(71, 0.06, second, 2)),
    series({ status: '404' }, window, (second) => around(3.1, 0.2, second, 1)),
    series({ status: '502' }, window, () => 0),
  ],
  [CPU_SHARE]: OLD_PODS.map((suffix, index) =>
    series({ pod: `storefront-7c6f9d5b88-${suffix}` }, window, (second) =>
      around(second < secondOf(ROLLOUT_AT) + 20 ? 0.152 : 0.182, 0.03, second, index),
    ),
  ),
};
