import type { Resource } from '../resources.ts';
import { cronJobView, jobView } from './batch.ts';
import { namespaceView, nodeView } from './cluster.ts';
import { configMapView, serviceAccountView } from './config.ts';
import { eventView } from './event.ts';
import type { KindView } from './kind-view.ts';
import { nodeMetricsView, podMetricsView } from './metrics.ts';
import { endpointSliceView, ingressView, networkPolicyView, serviceView } from './network.ts';
import { podView } from './pod.ts';
import { limitRangeView, resourceQuotaView } from './quota.ts';
import { autoscalerView, disruptionBudgetView } from './scaling.ts';
import { claimView, storageClassView, volumeView } from './storage.ts';
import {
  controllerRevisionView,
  daemonSetView,
  deploymentView,
  replicaSetView,
  statefulSetView,
} from './workload.ts';

export const KIND_VIEWS: Readonly<Record<Resource, KindView>> = {
  pods: podView,
  events: eventView,
  services: serviceView,
  configmaps: configMapView,
  persistentvolumeclaims: claimView,
  resourcequotas: resourceQuotaView,
  limitranges: limitRangeView,
  serviceaccounts: serviceAccountView,
  nodes: nodeView,
  namespaces: namespaceView,
  persistentvolumes: volumeView,
  deployments: deploymentView,
  replicasets: replicaSetView,
  statefulsets: statefulSetView,
  daemonsets: daemonSetView,
  controllerrevisions: controllerRevisionView,
  jobs: jobView,
  cronjobs: cronJobView,
  horizontalpodautoscalers: autoscalerView,
  poddisruptionbudgets: disruptionBudgetView,
  ingresses: ingressView,
  networkpolicies: networkPolicyView,
  endpointslices: endpointSliceView,
  storageclasses: storageClassView,
  podmetrics: podMetricsView,
  nodemetrics: nodeMetricsView,
};
