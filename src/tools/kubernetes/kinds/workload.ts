import type { TimeWindow } from '../../../alert/window.ts';
import { selectorText } from '../label-selector.ts';
import {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from '../objects/workload.ts';
import { age, pairs } from '../wording.ts';
import { ageOf, badConditions, kindView, troubles } from './kind-view.ts';

export const deploymentView = kindView({
  schema: Deployment,
  columns: ['READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
  cells(deployment, window) {
    const { spec, status } = deployment;
    return [
      `${status.readyReplicas}/${spec.replicas}`,
      String(status.updatedReplicas),
      String(status.availableReplicas),
      ageOf(deployment, window),
    ];
  },
  health: ({ metadata, spec, status }, window) =>
    troubles([
      ...badConditions(status.conditions, ({ type, status }) =>
        type === 'ReplicaFailure' ? status === 'True' : status === 'False' && type !== 'Available',
      ),
      unavailable(spec.replicas, status, window),
      status.updatedReplicas < spec.replicas &&
        `rollout under way: ${status.updatedReplicas} of ${spec.replicas} replicas are of the newest revision`,
      spec.paused && 'its rollout is paused',
      unobserved(metadata.generation, status.observedGeneration),
    ]),
  facts: ({ spec }) => ({
    selector: selectorText(spec.selector),
    strategy: spec.strategy.type,
  }),
  conditions: ({ status }) => status.conditions,
  template: ({ spec }) => spec.template,
});

/** The condition Available says more than the columns only in since when too many replicas are missing. */
function unavailable(
  wanted: number,
  { conditions, readyReplicas, availableReplicas }: Deployment['status'],
  window: TimeWindow,
): string | null {
  const told = missing(wanted, Math.min(readyReplicas, availableReplicas), 'available');
  const tooMany = conditions.find(({ type, status }) => type === 'Available' && status === 'False');
  if (told === null || !tooMany?.lastTransitionTime) return told;
  return `too few available for ${age(tooMany.lastTransitionTime, window)}`;
}

export const replicaSetView = kindView({
  schema: ReplicaSet,
  columns: ['DESIRED', 'CURRENT', 'READY', 'AGE'],
  cells(replicaSet, window) {
    const { spec, status } = replicaSet;
    const counts = [spec.replicas, status.replicas, status.readyReplicas].map(String);
    return [...counts, ageOf(replicaSet, window)];
  },
  health: ({ spec, status }) =>
    troubles([
      ...badConditions(
        status.conditions,
        ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
      ),
      missing(spec.replicas, status.readyReplicas, 'ready'),
    ]),
  facts: ({ metadata, spec }) => ({
    revision: metadata.annotations['deployment.kubernetes.io/revision'] ?? '',
    selector: selectorText(spec.selector),
  }),
  conditions: ({ status }) => status.conditions,
  template: ({ spec }) => spec.template,
});

export const statefulSetView = kindView({
  schema: StatefulSet,
  columns: ['READY', 'AGE'],
  cells: (set, window) => [`${set.status.readyReplicas}/${set.spec.replicas}`, ageOf(set, window)],
  health({ metadata, spec, status }) {
    const { currentRevision, updateRevision, updatedReplicas } = status;
    return troubles([
      missing(spec.replicas, status.readyReplicas, 'ready'),
      updateRevision !== '' &&
        currentRevision !== updateRevision &&
        `rollout under way: ${updatedReplicas} of ${spec.replicas} replicas are of revision ${updateRevision}`,
      unobserved(metadata.generation, status.observedGeneration),
    ]);
  },
  facts: ({ spec }) => ({
    selector: selectorText(spec.selector),
    service: spec.serviceName,
    update: spec.updateStrategy.type,
    'pod management': spec.podManagementPolicy,
    'claim templates': spec.volumeClaimTemplates.map(({ metadata }) => metadata.name).join(', '),
  }),
  conditions: ({ status }) => status.conditions,
  template: ({ spec }) => spec.template,
});

export const daemonSetView = kindView({
  schema: DaemonSet,
  columns: ['DESIRED', 'CURRENT', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'NODE SELECTOR', 'AGE'],
  cells(set, window) {
    const { spec, status } = set;
    const counts = [
      status.desiredNumberScheduled,
      status.currentNumberScheduled,
      status.numberReady,
      status.updatedNumberScheduled,
      status.numberAvailable,
    ].map(String);
    return [...counts, pairs(spec.template.spec.nodeSelector) || '<none>', ageOf(set, window)];
  },
  health: ({ metadata, status }) =>
    troubles([
      missing(status.desiredNumberScheduled, status.numberAvailable, 'available'),
      status.updatedNumberScheduled < status.desiredNumberScheduled &&
        `rollout under way: ${status.updatedNumberScheduled} of ${status.desiredNumberScheduled} pods are of the newest revision`,
      status.numberMisscheduled > 0 &&
        `${status.numberMisscheduled} pods run on nodes where they should not`,
      unobserved(metadata.generation, status.observedGeneration),
    ]),
  facts: ({ spec }) => ({
    selector: selectorText(spec.selector),
    update: spec.updateStrategy.type,
  }),
  conditions: ({ status }) => status.conditions,
  template: ({ spec }) => spec.template,
});

export const controllerRevisionView = kindView({
  schema: ControllerRevision,
  columns: ['CONTROLLER', 'REVISION', 'AGE'],
  cells(revision, window) {
    const owner = revision.metadata.ownerReferences[0];
    return [
      owner ? `${owner.kind}/${owner.name}` : '<none>',
      String(revision.revision),
      ageOf(revision, window),
    ];
  },
  template: ({ data }) => data.spec.template,
});

function missing(wanted: number, have: number, what: string): string | null {
  return have < wanted ? `${wanted - have} of ${wanted} not ${what}` : null;
}

/** A controller that is stuck or down does not see the newest spec. */
function unobserved(generation: number, observed: number): string | null {
  return generation > observed ? 'the controller has not yet seen its newest spec' : null;
}
