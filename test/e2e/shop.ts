import type { KubernetesObject } from '../fakes/kubernetes.ts';
import type { FakeStream } from '../fakes/loki.ts';
import type { FakeSeries } from '../fakes/prometheus.ts';
import { systemObjects } from '../scenarios/system.ts';

/** A small cluster in trouble right now: `checkout` is killed again and again for want of memory. */

/** Written where people do write them. No channel, log, answer or model may ever see one. */
export const SECRETS = {
  podEnvironment: 'pod-env-7Fq2xW9z',
  log: 'log-line-Kd83mmQ1',
  annotation: 'annotation-Zp04RtL6',
};

export const EXPRESSION = 'kube_pod_restarts{namespace="shop"} > 3';

const POD = 'checkout-5d8f7c9b6-x2x4p';
const now = Date.now();
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000);
/** Kubernetes keeps no fractions. */
const instant = (minutes: number) =>
  minutesAgo(minutes)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');

export const objects: KubernetesObject[] = [
  ...systemObjects,
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  podOf(POD, {
    ready: false,
    started: false,
    restartCount: 6,
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting app' } },
    lastState: {
      terminated: {
        exitCode: 137,
        reason: 'OOMKilled',
        startedAt: instant(4),
        finishedAt: instant(3),
      },
    },
  }),
  podOf('cart-77b5d9c4f-lk2jp', {
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: instant(600) } },
    lastState: {},
  }),
];

function podOf(name: string, status: Record<string, unknown>): KubernetesObject {
  const image = 'registry.example/shop/app:1.4.2';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: instant(600) },
    spec: {
      nodeName: 'node-a',
      containers: [
        {
          name: 'app',
          image,
          resources: { limits: { memory: '256Mi' } },
          env: [{ name: 'DB_PASSWORD', value: SECRETS.podEnvironment }],
        },
      ],
    },
    status: {
      phase: 'Running',
      startTime: instant(600),
      conditions: [{ type: 'Ready', status: status.ready === true ? 'True' : 'False' }],
      containerStatuses: [{ name: 'app', image, imageID: 'app@sha256:0f1e', ...status }],
    },
  };
}

export const streams: FakeStream[] = [
  {
    stream: { namespace: 'shop', app: 'checkout', pod: POD },
    values: [
      `error: connect failed, url=postgres://orders:${SECRETS.log}@orders-db:5432/orders`,
      'fatal error: heap limit reached, 251 of 256 MiB',
    ].map((line, index) => [`${BigInt(minutesAgo(3 - index).getTime()) * 1_000_000n}`, line]),
  },
];

export const series: Record<string, FakeSeries[]> = {
  [EXPRESSION]: [seriesOf('kube_pod_restarts', () => 6)],
  memory_bytes: [seriesOf('memory_bytes', (index) => 100_000_000 + index * 2_000_000)],
};

/** An hour of samples, one every 15 s. */
function seriesOf(name: string, valueAt: (index: number) => number): FakeSeries {
  const from = minutesAgo(60).getTime() / 1000;
  return {
    metric: { __name__: name, namespace: 'shop', pod: POD },
    values: Array.from({ length: 241 }, (_, index) => [from + index * 15, valueAt(index)]),
  };
}

interface AlertOptions {
  /** Also what makes its group another one. */
  name: string;
  status?: 'firing' | 'resolved';
  /** Minutes ago. Later than before means that it fires again. */
  startedAgo?: number;
  /** Besides those that each alert of the shop has. */
  labels?: Record<string, string>;
}

/** What Alertmanager posts. */
export function alertBody(options: AlertOptions) {
  const { name, status = 'firing', startedAgo = 2, labels: more = {} } = options;
  const labels = { alertname: name, namespace: 'shop', severity: 'critical', ...more };
  const annotations = {
    summary: 'checkout restarts again and again',
    description: `Look into postgres://orders:${SECRETS.annotation}@orders-db:5432/orders`,
  };
  return {
    version: '4',
    groupKey: `{}:{alertname="${name}", namespace="shop"}`,
    truncatedAlerts: 0,
    status,
    receiver: 'probable-cause',
    groupLabels: { alertname: name, namespace: 'shop' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example:9093',
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: minutesAgo(startedAgo).toISOString(),
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
        generatorURL: `http://prometheus.example:9090/graph?${new URLSearchParams({ 'g0.expr': EXPRESSION, 'g0.tab': '1' })}`,
        fingerprint: `fingerprint-${name}`,
      },
    ],
  };
}
