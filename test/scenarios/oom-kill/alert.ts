import type { Alert, Delivery } from '../../../src/alert/alert.ts';
import { generatorUrl } from '../alertmanager.ts';
import { uidOf } from '../kubernetes-objects.ts';
import { NEW_PODS } from './times.ts';

/** KubePodCrashLooping of the kubernetes-mixin, as kube-prometheus-stack ships it. */
export const EXPRESSION =
  'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff", job="kube-state-metrics", namespace=~".*"}[5m]) >= 1';

const commonLabels = {
  alertname: 'KubePodCrashLooping',
  container: 'pricing-api',
  endpoint: 'http',
  instance: '10.42.4.17:8080',
  job: 'kube-state-metrics',
  namespace: 'shop',
  prometheus: 'monitoring/kube-prometheus-stack-prometheus',
  reason: 'CrashLoopBackOff',
  service: 'kube-prometheus-stack-kube-state-metrics',
  severity: 'warning',
};
const commonAnnotations = {
  runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping',
  summary: 'Pod is crash looping.',
};

const FINGERPRINTS = ['5e1f0b7c9a4d2386', 'c27a94e6108bd35f'];

const alerts = NEW_PODS.map(
  ({ name }, index): Alert => ({
    status: 'firing',
    labels: { ...commonLabels, pod: name, uid: uidOf('Pod', 'shop', name) },
    annotations: {
      ...commonAnnotations,
      description: `Pod shop/${name} (pricing-api) is in waiting state (reason: "CrashLoopBackOff").`,
    },
    startsAt: '2026-11-18T02:54:32.714Z',
    endsAt: null,
    generatorUrl: generatorUrl(EXPRESSION),
    fingerprint: FINGERPRINTS[index] ?? '',
  }),
);

export const delivery: Delivery = {
  id: 'd-7c1e5a90b3f84d26',
  source: 'alertmanager',
  receivedAt: '2026-11-18T02:55:02.918Z',
  receiver: 'probable-cause',
  groupKey: '{}:{alertname="KubePodCrashLooping", namespace="shop"}',
  status: 'firing',
  groupLabels: { alertname: 'KubePodCrashLooping', namespace: 'shop' },
  commonLabels,
  commonAnnotations,
  externalUrl: 'http://kube-prometheus-stack-alertmanager.monitoring:9093',
  truncatedAlerts: 0,
  alerts,
};
