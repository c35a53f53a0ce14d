import { investigationWindow } from '../../../src/alert/window.ts';
import type { FakeSeries } from '../../fakes/prometheus.ts';
import { around, type SeriesByQuery, secondOf, series } from '../series.ts';
import { delivery, EXPRESSION } from './alert.ts';
import { livesFrom, NEW_PODS, OLD_PODS } from './times.ts';

const window = investigationWindow('2026-11-18T02:54:32.714Z', delivery.receivedAt);

export const MEMORY =
  'max by (pod) (container_memory_working_set_bytes{namespace="shop", container="pricing-api"}) / 2^20';
export const NODE_PRESSURE =
  'max(kube_node_status_condition{condition="MemoryPressure", status="true"})';
export const RESPONSES =
  'sum by (code) (rate(http_requests_total{namespace="shop", service="pricing-api"}[5m]))';

function crashLoop({ name, startedAt }: (typeof NEW_PODS)[number], index: number): FakeSeries {
  const seen = secondOf(livesFrom(startedAt)[0]?.finishedAt ?? startedAt) + 12;
  const metric = { ...delivery.alerts[index]?.labels };
  const { alertname: _name, prometheus: _prometheus, severity: _severity, ...labels } = metric;
  return series({ ...labels, pod: name }, window, (second) => (second >= seen ? 1 : null));
}

/** How long cAdvisor's last sample of a container that has ended still counts. */
const LOOKBACK_SECONDS = 300;

/** MiB: 95 for the process, then 8.9 a second, in which 10,000 prices come. */
function growth({ name, startedAt }: (typeof NEW_PODS)[number]): FakeSeries {
  const lives = livesFrom(startedAt).map((life) => ({
    from: secondOf(life.startedAt),
    to: secondOf(life.finishedAt),
  }));
  return series({ pod: name }, window, (second) => {
    const seen = lives
      .filter(({ from, to }) => second >= from && second < to + LOOKBACK_SECONDS)
      .map(({ from, to }) => 95 + 8.9 * (Math.min(second, to - 1) - from));
    return seen.length === 0 ? null : Math.max(...seen);
  });
}

export const queries: SeriesByQuery = {
  [EXPRESSION]: NEW_PODS.map(crashLoop),
  [MEMORY]: [
    ...OLD_PODS.map((pod, index) =>
      series({ pod }, window, (second) => around(329 + index * 3, 0.012, second, index)),
    ),
    ...NEW_PODS.map(growth),
  ],
  [NODE_PRESSURE]: [series({}, window, () => 0)],
  [RESPONSES]: [
    series({ code: '200' }, window, (second) => around(212, 0.04, second, 3)),
    series({ code: '404' }, window, (second) => around(1.8, 0.1, second, 4)),
    series({ code: '503' }, window, () => 0),
  ],
};
