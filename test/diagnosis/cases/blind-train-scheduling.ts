import type { DiagnosisCase } from '../case.ts';
import { listAt } from '../merge-patch.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails } from '../train-logs.ts';
import type { World } from '../world.ts';
import { GATEWAY, NAMESPACE, USERS } from './blind-train-tools.ts';

const MASTER = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const HELPLESS = 'preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';
const NO_VICTIMS =
  'preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.';

function unplaced(world: World, app: string, why: string, event = true): void {
  world.app(app).unschedulable(`0/4 nodes are available: ${MASTER}, ${why}`, {
    secondsAgo: 1_000,
    event,
  });
}

/** Pods that no node takes. */
export const blindTrainScheduling: DiagnosisCase[] = [
  {
    name: 'blind-train-station-is-bound-to-a-node-that-was-cordoned',
    family: 'scheduling',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      world.patch('Node', 'k8s-worker-2', {
        spec: {
          unschedulable: true,
          taints: [
            {
              key: 'node.kubernetes.io/unschedulable',
              effect: 'NoSchedule',
              timeAdded: world.ago(1_100),
            },
          ],
        },
      });
      world
        .app('ts-station-service')
        .patchSpec({ nodeSelector: { 'kubernetes.io/hostname': 'k8s-worker-2' } });
      unplaced(
        world,
        'ts-station-service',
        `1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector. ${HELPLESS}`,
      );
      callFails(world, 'ts-basic-service', 'ts-station-service', 'refused');
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: {
      causes: [
        { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-2' },
        { failureMode: 'untolerated-taint', object: 'Deployment/ts-station-service' },
      ],
    },
  },
  {
    name: 'blind-train-affinity-wants-a-zone-that-no-node-has',
    family: 'scheduling',
    system: trainTicketWithRequests,
    alert: GATEWAY,
    arrange(world) {
      world.app('ts-order-other-service').rollout(1_010, {
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [
                      {
                        key: 'topology.kubernetes.io/zone',
                        operator: 'In',
                        values: ['cn-east-1c'],
                      },
                    ],
                  },
                ],
              },
            },
          },
        },
      });
      unplaced(
        world,
        'ts-order-other-service',
        `3 node(s) didn't match Pod's node affinity/selector. ${HELPLESS}`,
      );
      callFails(world, 'ts-security-service', 'ts-order-other-service', 'refused');
      edgeFails(world, '/api/v1/orderOtherService/orderOther/refresh');
    },
    expected: {
      causes: [
        { failureMode: 'node-selector-mismatch', object: 'Deployment/ts-order-other-service' },
      ],
    },
  },
  {
    name: 'blind-train-node-selector-for-ssd-with-its-events-expired',
    family: 'scheduling',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      world.app('ts-consign-service').patchSpec({ nodeSelector: { disktype: 'ssd' } });
      unplaced(
        world,
        'ts-consign-service',
        `3 node(s) didn't match Pod's node affinity/selector. ${HELPLESS}`,
        false,
      );
      callFails(world, 'ts-preserve-service', 'ts-consign-service', 'refused');
    },
    expected: {
      causes: [{ failureMode: 'node-selector-mismatch', object: 'Deployment/ts-consign-service' }],
    },
  },
  {
    name: 'blind-train-config-keeps-away-from-what-is-on-every-node',
    family: 'scheduling',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      for (const pod of world.apps.slice(6, 60).flatMap(({ pods }) => pods))
        if (pod.metadata.labels) pod.metadata.labels.tier = 'backend';
      world.app('ts-config-service').patchSpec({
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                labelSelector: { matchLabels: { tier: 'backend' } },
                topologyKey: 'kubernetes.io/hostname',
              },
            ],
          },
        },
      });
      unplaced(
        world,
        'ts-config-service',
        `3 node(s) didn't match pod anti-affinity rules. ${NO_VICTIMS}`,
      );
      callFails(world, 'ts-seat-service', 'ts-config-service', 'refused');
      callFails(world, 'ts-travel-service', 'ts-seat-service', '500');
      edgeFails(world, '/api/v1/travelservice/trips/left');
    },
    expected: {
      causes: [{ failureMode: 'pod-affinity-conflict', object: 'Deployment/ts-config-service' }],
    },
  },
  {
    name: 'blind-train-workers-are-tainted-for-batch',
    family: 'scheduling',
    system: trainTicket,
    alert: GATEWAY,
    arrange(world) {
      for (const node of world.nodeNames)
        listAt(world.object('Node', node), 'spec', 'taints').push({
          key: 'dedicated',
          value: 'batch',
          effect: 'NoSchedule',
        });
      unplaced(
        world,
        'ts-contacts-service',
        `3 node(s) had untolerated taint {dedicated: batch}. ${HELPLESS}`,
      );
      callFails(world, 'ts-preserve-service', 'ts-contacts-service', 'refused');
      edgeFails(world, '/api/v1/contactservice/contacts/account/4d2a46c7');
    },
    expected: {
      causes: [
        { failureMode: 'untolerated-taint', object: 'Deployment/ts-contacts-service' },
        { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-1' },
        { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-2' },
        { failureMode: 'untolerated-taint', object: 'Node/k8s-worker-3' },
      ],
    },
  },
  {
    name: 'blind-train-travel-plan-asks-for-more-cpu-than-a-node-has',
    family: 'scheduling',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      world.app('ts-travel-plan-service').rollout(1_020, {
        container: { resources: { requests: { cpu: '64' }, limits: { cpu: '64' } } },
      });
      unplaced(world, 'ts-travel-plan-service', `3 Insufficient cpu. ${NO_VICTIMS}`);
      edgeFails(world, '/api/v1/travelplanservice/travelPlan/cheapest', '504');
    },
    expected: {
      causes: [{ failureMode: 'insufficient-cpu', object: 'Deployment/ts-travel-plan-service' }],
    },
  },
  {
    name: 'blind-train-rebook-asks-for-256-gi-and-only-its-condition-says-so',
    family: 'scheduling',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      world.app('ts-rebook-service').patchContainer({
        resources: { requests: { memory: '256Gi' }, limits: { memory: '256Gi' } },
      });
      unplaced(world, 'ts-rebook-service', `3 Insufficient memory. ${NO_VICTIMS}`, false);
    },
    expected: {
      causes: [{ failureMode: 'insufficient-memory', object: 'Deployment/ts-rebook-service' }],
    },
  },
];
