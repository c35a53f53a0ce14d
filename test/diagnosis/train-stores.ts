import { mergePatch, type Tree } from './merge-patch.ts';
import type { World } from './world.ts';

/** MySQL for the system and for Nacos, Nacos, and RabbitMQ. */
export function addTrainStores(world: World): void {
  statefulStore(world, 'tsdb-mysql', 3, 3306, 'docker.io/library/mysql:5.7.44');
  statefulStore(world, 'nacosdb-mysql', 3, 3306, 'docker.io/library/mysql:5.7.44');
  statefulStore(world, 'nacos', 3, 8848, 'docker.io/codewisdom/nacos-server:v2.0.1');
  for (const store of ['tsdb-mysql', 'nacosdb-mysql']) {
    for (const [index, pod] of world.app(store).pods.entries())
      mergePatch(pod, { metadata: { labels: { role: index === 0 ? 'leader' : 'follower' } } });
    for (const role of ['leader', 'follower']) service(world, `${store}-${role}`, store, role);
  }
  world.deploy({
    name: 'rabbitmq',
    port: 5672,
    replicas: 1,
    image: 'docker.io/library/rabbitmq:3.9-management',
    nodes: ['k8s-worker-2'],
  });
  world.create(
    'v1',
    'ConfigMap',
    { name: 'nacos' },
    {
      data: {
        NACOS_ADDRS:
          'nacos-0.nacos.ts.svc.cluster.local:8848,nacos-1.nacos.ts.svc.cluster.local:8848,nacos-2.nacos.ts.svc.cluster.local:8848',
      },
    },
  );
  world.create('v1', 'ConfigMap', { name: 'rabbitmq' }, { data: { rabbitmq_host: 'rabbitmq' } });
}

/** One volume each, made by hand on NFS. */
function statefulStore(
  world: World,
  name: string,
  replicas: number,
  port: number,
  image: string,
): void {
  world.deploy({ name, kind: 'StatefulSet', replicas, port, image });
  world.patch('StatefulSet', name, {
    spec: {
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'nfs-client',
            resources: { requests: { storage: '10Gi' } },
          },
        },
      ],
    },
  });
  for (const [index, pod] of world.app(name).pods.entries()) {
    const claimName = `data-${name}-${index}`;
    mergePatch(pod, {
      spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
    });
    bindClaim(world, claimName, '10Gi');
  }
}

function bindClaim(world: World, name: string, storage: string): void {
  const shared: Tree = { accessModes: ['ReadWriteOnce'], storageClassName: 'nfs-client' };
  world.create(
    'v1',
    'PersistentVolumeClaim',
    { name },
    {
      spec: { ...shared, volumeName: `pv-${name}`, resources: { requests: { storage } } },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage } },
    },
  );
  world.create(
    'v1',
    'PersistentVolume',
    { name: `pv-${name}`, namespace: null },
    {
      spec: {
        ...shared,
        capacity: { storage },
        persistentVolumeReclaimPolicy: 'Delete',
        claimRef: { kind: 'PersistentVolumeClaim', namespace: 'ts', name },
        nfs: { server: '192.168.31.9', path: `/export/ts/${name}` },
      },
      status: { phase: 'Bound' },
    },
  );
}

/** A Service beside the one that a workload has, for the pods of one role. */
function service(world: World, name: string, app: string, role: string): void {
  world.create(
    'v1',
    'Service',
    { name, labels: { app } },
    {
      spec: {
        type: 'ClusterIP',
        clusterIP: `10.96.200.${name.length}`,
        selector: { app, role },
        ports: [{ name: 'mysql', port: 3306, targetPort: 3306, protocol: 'TCP' }],
      },
    },
  );
  world.create(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    { name: `${name}-x7k2p`, labels: { 'kubernetes.io/service-name': name } },
    {
      addressType: 'IPv4',
      endpoints: [],
      ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
    },
  );
  world.syncEndpoints(name);
}
