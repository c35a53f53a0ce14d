import type { DiagnosisCase } from '../case.ts';
import { trainTicket, trainTicketWithRequests } from '../train.ts';
import { callFails, edgeFails } from '../train-logs.ts';
import { NAMESPACE, pendingClaim, USERS, volume } from './blind-train-tools.ts';

const MANUAL = { storageClassName: 'manual', accessModes: ['ReadWriteOnce'] };
const NO_CLASS = {
  reason: 'ProvisioningFailed',
  message: 'storageclass.storage.k8s.io "manual" not found',
};

/** Claims and mounts. */
export const blindTrainVolumes: DiagnosisCase[] = [
  {
    name: 'blind-train-claim-selects-a-label-that-no-volume-has',
    family: 'start',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      volume(world, 'pv-rabbit', { ...MANUAL, capacity: { storage: '8Gi' } });
      const spec = {
        ...MANUAL,
        selector: { matchLabels: { app: 'rabbitmq', env: 'prod' } },
        resources: { requests: { storage: '8Gi' } },
      };
      pendingClaim(world, 'rabbitmq', { name: 'rabbitmq-data', spec, event: NO_CLASS });
      callFails(world, 'ts-preserve-service', 'ts-notification-service', 'read-timeout');
    },
    expected: {
      causes: [{ failureMode: 'volume-unbound', object: 'PersistentVolumeClaim/rabbitmq-data' }],
    },
  },
  {
    name: 'blind-train-claim-names-a-storage-class-that-is-not-installed',
    family: 'start',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const spec = {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast-ssd',
        resources: { requests: { storage: '5Gi' } },
      };
      const event = {
        reason: 'ProvisioningFailed',
        message: 'storageclass.storage.k8s.io "fast-ssd" not found',
      };
      pendingClaim(world, 'ts-voucher-service', { name: 'voucher-files', spec, event });
      edgeFails(world, '/getVoucher', '502');
    },
    expected: {
      causes: [{ failureMode: 'volume-unbound', object: 'PersistentVolumeClaim/voucher-files' }],
    },
  },
  {
    name: 'blind-train-claim-wants-many-writers-and-the-volume-takes-one',
    family: 'start',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      volume(world, 'pv-news', { ...MANUAL, capacity: { storage: '5Gi' } });
      const spec = {
        ...MANUAL,
        accessModes: ['ReadWriteMany'],
        resources: { requests: { storage: '5Gi' } },
      };
      // Its events have gone.
      pendingClaim(world, 'ts-news-service', { name: 'news-data', spec });
    },
    expected: {
      causes: [{ failureMode: 'volume-unbound', object: 'PersistentVolumeClaim/news-data' }],
    },
  },
  {
    name: 'blind-train-claim-is-larger-than-the-volume',
    family: 'start',
    system: trainTicketWithRequests,
    alert: USERS,
    arrange(world) {
      const local = { storageClassName: 'local-storage', accessModes: ['ReadWriteOnce'] };
      volume(world, 'pv-avatar', { ...local, capacity: { storage: '2Gi' } });
      const spec = { ...local, resources: { requests: { storage: '200Gi' } } };
      pendingClaim(
        world,
        'ts-delivery-service',
        {
          name: 'delivery-data',
          spec,
          event: {
            reason: 'WaitForPodScheduled',
            message: 'waiting for pod ts-delivery-service to be scheduled',
            normal: true,
          },
        },
        "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't find available persistent volumes to bind. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
      );
    },
    expected: {
      causes: [{ failureMode: 'volume-unbound', object: 'PersistentVolumeClaim/delivery-data' }],
    },
  },
  {
    name: 'blind-train-the-volume-that-the-claim-names-is-taken',
    family: 'start',
    system: trainTicket,
    alert: NAMESPACE,
    arrange(world) {
      const spec = {
        storageClassName: 'nfs-client',
        accessModes: ['ReadWriteOnce'],
        volumeName: 'pv-data-tsdb-mysql-0',
        resources: { requests: { storage: '10Gi' } },
      };
      const event = {
        reason: 'FailedBinding',
        message: 'volume "pv-data-tsdb-mysql-0" already bound to a different claim.',
      };
      pendingClaim(world, 'ts-wait-order-service', { name: 'wait-order-data', spec, event });
    },
    expected: {
      causes: [{ failureMode: 'volume-unbound', object: 'PersistentVolumeClaim/wait-order-data' }],
    },
  },
  {
    name: 'blind-train-the-nfs-server-refuses-the-mount-of-rabbitmq',
    family: 'start',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const app = world.app('rabbitmq').patchSpec({
        volumes: [{ name: 'data', nfs: { server: '192.168.31.9', path: '/export/rabbit' } }],
      });
      app.waiting({ reason: 'ContainerCreating', message: '' });
      world.event(app.pod, {
        type: 'Warning',
        reason: 'FailedMount',
        message:
          'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 192.168.31.9:/export/rabbit /var/lib/kubelet/pods/0d2f/volumes/kubernetes.io~nfs/data\nOutput: mount.nfs: access denied by server while mounting 192.168.31.9:/export/rabbit',
        count: 14,
        first: 900,
        last: 61,
      });
      callFails(world, 'ts-preserve-service', 'ts-notification-service', '500');
      edgeFails(world, '/api/v1/preserveservice/preserve');
    },
    expected: {
      causes: [{ failureMode: 'volume-mount-failed', object: 'Deployment/rabbitmq' }],
    },
  },
  {
    name: 'blind-train-mysql-may-not-write-its-own-volume',
    family: 'start',
    system: trainTicket,
    alert: USERS,
    arrange(world) {
      const app = world.app('tsdb-mysql').patchSpec({ securityContext: { runAsUser: 1001 } });
      app.crash({
        exitCode: 1,
        restarts: 7,
        log: [
          '2026-10-05 03:01:12+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 5.7.44-1.el7 started.',
          "mysqld: Can't create/write to file '/var/lib/mysql/is_writable' (Errcode: 13 - Permission denied)",
          '2026-10-05T03:01:13.402318Z 0 [ERROR] --initialize specified but the data directory exists and is not writable. Aborting.',
          '2026-10-05T03:01:13.402401Z 0 [ERROR] Aborting',
        ],
      });
      for (const role of ['leader', 'follower']) world.syncEndpoints(`tsdb-mysql-${role}`);
      callFails(world, 'ts-preserve-service', 'ts-order-service', '500');
      edgeFails(world, '/api/v1/orderservice/order/refresh');
    },
    expected: {
      causes: [
        { failureMode: 'security-context', object: 'StatefulSet/tsdb-mysql' },
        { failureMode: 'volume-mount-failed', object: 'StatefulSet/tsdb-mysql' },
      ],
    },
  },
];
