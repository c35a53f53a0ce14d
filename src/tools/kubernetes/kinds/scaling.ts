import { selectorText } from '../label-selector.ts';
import {
  HorizontalPodAutoscaler,
  type MetricValue,
  PodDisruptionBudget,
} from '../objects/workload.ts';
import { instant } from '../wording.ts';
import { ageOf, badConditions, kindView, troubles } from './kind-view.ts';

type Autoscaler = HorizontalPodAutoscaler;

export const autoscalerView = kindView({
  schema: HorizontalPodAutoscaler,
  columns: ['REFERENCE', 'TARGETS', 'MINPODS', 'MAXPODS', 'REPLICAS', 'AGE'],
  cells(autoscaler, window) {
    const { spec, status } = autoscaler;
    return [
      `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
      targets(autoscaler),
      String(spec.minReplicas),
      String(spec.maxReplicas),
      String(status.currentReplicas),
      ageOf(autoscaler, window),
    ];
  },
  health: ({ spec, status }) =>
    troubles([
      spec.maxReplicas > spec.minReplicas &&
        status.currentReplicas >= spec.maxReplicas &&
        `at its maximum of ${spec.maxReplicas} replicas`,
      // ScalingActive is also false when somebody scaled to none, which its reason says.
      ...badConditions(
        status.conditions,
        ({ type, status }) =>
          (type === 'ScalingActive' || type === 'AbleToScale') && status === 'False',
      ),
    ]),
  facts: ({ status }) => ({
    desired: String(status.desiredReplicas),
    'last scaled': status.lastScaleTime ? instant(status.lastScaleTime) : 'never',
  }),
  conditions: ({ status }) => status.conditions,
});

type MetricTarget = Autoscaler['spec']['metrics'][number];
type MetricNow = NonNullable<Autoscaler['status']['currentMetrics']>[number];

/** `cpu: 93%/80%, requests_per_second: <unknown>/100`, as kubectl prints it. */
function targets({ spec, status }: Autoscaler): string {
  const now = new Map((status.currentMetrics ?? []).map((it) => [metricName(it), currentOf(it)]));
  const cells = spec.metrics.map((metric) => {
    const name = metricName(metric);
    return `${name}: ${formatMetric(now.get(name))}/${formatMetric(targetOf(metric))}`;
  });
  return cells.length === 0 ? '<none>' : cells.join(', ');
}

function metricName({
  resource,
  containerResource,
  pods,
  object,
  external,
}: MetricTarget | MetricNow) {
  if (containerResource) return `${containerResource.container}/${containerResource.name}`;
  return resource?.name ?? (pods ?? object ?? external)?.metric.name ?? '<unknown>';
}

function targetOf({ resource, containerResource, pods, object, external }: MetricTarget) {
  return (resource ?? containerResource ?? pods ?? object ?? external)?.target;
}

function currentOf({ resource, containerResource, pods, object, external }: MetricNow) {
  return (resource ?? containerResource ?? pods ?? object ?? external)?.current;
}

function formatMetric(value: MetricValue | undefined): string {
  if (typeof value?.averageUtilization === 'number') return `${value.averageUtilization}%`;
  if (value?.averageValue) return `${value.averageValue} (avg)`;
  return value?.value ?? '<unknown>';
}

export const disruptionBudgetView = kindView({
  schema: PodDisruptionBudget,
  columns: ['MIN AVAILABLE', 'MAX UNAVAILABLE', 'ALLOWED DISRUPTIONS', 'AGE'],
  cells(budget, window) {
    const { spec, status } = budget;
    return [
      String(spec.minAvailable ?? 'N/A'),
      String(spec.maxUnavailable ?? 'N/A'),
      String(status.disruptionsAllowed),
      ageOf(budget, window),
    ];
  },
  health({ status }) {
    const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = status;
    return troubles([
      expectedPods === 0 && 'it selects no pod',
      expectedPods > 0 &&
        disruptionsAllowed === 0 &&
        `allows no disruption (blocks drains): ${currentHealthy} of ${expectedPods} pods are healthy, ${desiredHealthy} have to be`,
      ...badConditions(status.conditions, ({ reason }) => reason === 'SyncFailed'),
    ]);
  },
  facts: ({ spec }) => ({ selector: spec.selector ? selectorText(spec.selector) : '' }),
  conditions: ({ status }) => status.conditions,
});
