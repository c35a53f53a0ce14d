import type { Delivery } from '../../../src/alert/alert.ts';
import { generatorUrl } from '../alertmanager.ts';

/** KubeDeploymentReplicasMismatch of the kubernetes-mixin, as kube-prometheus-stack ships it. */
export const EXPRESSION = `(
  kube_deployment_spec_replicas{job="kube-state-metrics", namespace=~".*"}
    >
  kube_deployment_status_replicas_available{job="kube-state-metrics", namespace=~".*"}
) and (
  changes(kube_deployment_status_replicas_updated{job="kube-state-metrics", namespace=~".*"}[10m])
    ==
  0
)`;

const labels = {
  alertname: 'KubeDeploymentReplicasMismatch',
  container: 'kube-state-metrics',
  deployment: 'storefront',
  endpoint: 'http',
  instance: '10.42.4.17:8080',
  job: 'kube-state-metrics',
  namespace: 'web',
  prometheus: 'monitoring/kube-prometheus-stack-prometheus',
  service: 'kube-prometheus-stack-kube-state-metrics',
  severity: 'warning',
};
const annotations = {
  description:
    'Deployment web/storefront has not matched the expected number of replicas for longer than 15 minutes.',
  runbook_url:
    'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubedeploymentreplicasmismatch',
  summary: 'Deployment has not matched the expected number of replicas.',
};

export const delivery: Delivery = {
  id: 'd-b04d9f6613e7425c',
  source: 'alertmanager',
  receivedAt: '2026-11-19T16:28:01.336Z',
  receiver: 'probable-cause',
  groupKey: '{}:{alertname="KubeDeploymentReplicasMismatch", namespace="web"}',
  status: 'firing',
  groupLabels: { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'web' },
  commonLabels: labels,
  commonAnnotations: annotations,
  externalUrl: 'http://kube-prometheus-stack-alertmanager.monitoring:9093',
  truncatedAlerts: 0,
  alerts: [
    {
      status: 'firing',
      labels,
      annotations,
      startsAt: '2026-11-19T16:27:31.122Z',
      endsAt: null,
      generatorUrl: generatorUrl(EXPRESSION),
      fingerprint: '90b7d3f2e8146ac5',
    },
  ],
};
