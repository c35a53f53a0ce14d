import type { JsonObject } from '../../../src/lib/json.ts';
import type { KubernetesObject } from '../../fakes/kubernetes.ts';
import { event, startEvents } from '../events.ts';
import { metadataOf, type PodTemplate, podSpecOf } from '../kubernetes-objects.ts';
import { completedPod, runningPod, runningReplicas } from '../pods.ts';
import { after } from '../times.ts';
import { JOB, JOB_AT, JOB_PODS } from './times.ts';

const NODES = ['worker-b1', 'worker-a1', 'worker-b2', 'worker-a2', 'worker-a3'];
const IMAGE = 'registry.example.com/finance/invoice-export:3.4.0';

function exporter(job: string, shards: number): PodTemplate {
  return {
    namespace: 'billing',
    labels: {
      'app.kubernetes.io/name': 'invoice-export',
      'batch.kubernetes.io/job-name': job,
    },
    restartPolicy: 'OnFailure',
    containers: [
      {
        name: 'invoice-export',
        image: IMAGE,
        args: ['export', '--date=yesterday'],
        env: [
          { name: 'EXPORT_SHARDS', value: String(shards) },
          { name: 'DATABASE_HOST', value: 'commerce-db.data.svc.cluster.local' },
          { name: 'DATABASE_NAME', value: 'commerce' },
          { name: 'DATABASE_USER', value: 'invoice_export' },
          {
            name: 'DATABASE_PASSWORD',
            valueFrom: { secretKeyRef: { name: 'invoice-export-db', key: 'password' } },
          },
          { name: 'DB_APPLICATION_NAME', value: 'billing/invoice-export' },
          { name: 'DB_POOL_MIN', value: '16' },
          { name: 'DB_POOL_MAX', value: '16' },
        ],
        requests: { cpu: '250m', memory: '256Mi' },
        limits: { memory: '512Mi' },
      },
    ],
  };
}

const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'invoice-export' };

function job(name: string, at: string, pods: number, status: JsonObject): KubernetesObject {
  const template = exporter(name, pods);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(
      'Job',
      { namespace: 'billing', name, createdAt: at, labels: template.labels },
      cronJob,
    ),
    spec: {
      parallelism: pods,
      completions: pods,
      completionMode: 'Indexed',
      backoffLimit: 6,
      template: { metadata: { labels: template.labels }, spec: podSpecOf(template, null) },
    },
    status,
  };
}

/** The run of an earlier night: two pods, done in half an hour. */
function earlierNight(name: string, at: string, suffixes: string[]): KubernetesObject[] {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name };
  const seconds = 1_874;
  return [
    job(name, at, 2, { succeeded: 2, startTime: at, completionTime: after(at, seconds + 4) }),
    ...suffixes.map((suffix, index) =>
      completedPod(
        exporter(name, 2),
        { name: `${name}-${index}-${suffix}`, owner, node: NODES[index] ?? '', createdAt: at },
        seconds - index * 41,
      ),
    ),
  ];
}

const tonight = job(JOB, JOB_AT, 10, { active: 10, ready: 10, startTime: JOB_AT });

const exporters = JOB_PODS.flatMap((suffix, index) => {
  const name = `${JOB}-${index}-${suffix}`;
  const node = NODES[index % NODES.length] ?? '';
  const createdAt = after(JOB_AT, index < 6 ? 0 : 1);
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: JOB };
  const object = runningPod(exporter(JOB, 10), { name, owner, node, createdAt });
  const start = { container: 'invoice-export', image: IMAGE, node, at: createdAt };
  return [
    object,
    ...startEvents(object, { ...start, pullSeconds: null }),
    event(tonight, {
      reason: 'SuccessfulCreate',
      message: `Created pod: ${name}`,
      first: createdAt,
      from: 'job-controller',
    }),
  ];
});

const billingApi: PodTemplate = {
  namespace: 'billing',
  labels: { 'app.kubernetes.io/name': 'billing-api', 'pod-template-hash': '59c8d7f6b4' },
  containers: [
    {
      name: 'billing-api',
      image: 'registry.example.com/finance/billing-api:2.61.0',
      port: 8080,
      probes: { readiness: '/readyz', liveness: '/livez' },
      requests: { cpu: '200m', memory: '256Mi' },
      limits: { memory: '512Mi' },
    },
  ],
};

/** The namespace of another team, whose nightly job shares the database. */
export const billing: KubernetesObject[] = [
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(
      'CronJob',
      { namespace: 'billing', name: 'invoice-export', createdAt: '2025-11-03T10:02:17Z' },
      null,
    ),
    spec: {
      schedule: '0 2 * * *',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 2,
      jobTemplate: { spec: tonight.spec ?? {} },
    },
    status: { lastScheduleTime: JOB_AT, lastSuccessfulTime: '2026-11-19T02:31:18Z' },
  },
  tonight,
  ...exporters,
  ...earlierNight('invoice-export-29917560', '2026-11-19T02:00:00Z', ['h7dxq', 'zk5wn']),
  ...earlierNight('invoice-export-29916120', '2026-11-18T02:00:00Z', ['lm6tv', 'r4gcs']),
  ...runningReplicas({
    template: billingApi,
    replicaSet: 'billing-api-59c8d7f6b4',
    createdAt: '2026-11-16T14:20:39Z',
    nodes: NODES,
    suffixes: ['5vjzk', '9xqhd', 'tc8lw'],
  }),
];
