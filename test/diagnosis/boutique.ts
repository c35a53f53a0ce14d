import { addKubeadmCluster } from './boutique-cluster.ts';
import { addHealthyLines } from './boutique-logs.ts';
import { addMesh } from './boutique-mesh.ts';
import { addNodeSeries } from './boutique-series.ts';
import { IMAGES, SERVICES, type Service } from './boutique-services.ts';
import type { Tree } from './merge-patch.ts';
import { World } from './world.ts';

/** A web shop of ten small gRPC services, a cart in Redis and a load generator, one pod each, on kubeadm's cluster. */
export function onlineBoutique(now: string): World {
  const world = new World(now, 'online-boutique', ['k8s-worker-1', 'k8s-worker-2', 'k8s-worker-3']);
  addKubeadmCluster(world);
  addRedis(world);
  for (const [index, service] of SERVICES.entries()) addService(world, service, index);
  addLoadgenerator(world);
  addEdges(world);
  addHealthyLines(world);
  addNodeSeries(world);
  addMesh(world);
  return world;
}

function addService(world: World, service: Service, index: number): void {
  const { name, port, servicePort = port, env = {}, cpu, memory } = service;
  world.create('v1', 'ServiceAccount', { name }, {});
  const app = world.deploy({
    name,
    container: 'server',
    replicas: 1,
    nodes: [world.nodeNames[index % 3] ?? ''],
    image: `${IMAGES}/${name}:v0.10.2`,
    port,
    env: { PORT: String(port), ...env },
    spec: {
      serviceAccountName: name,
      securityContext: { fsGroup: 1000, runAsGroup: 1000, runAsNonRoot: true, runAsUser: 1000 },
      terminationGracePeriodSeconds: 5,
    },
  });
  const isWeb = name === 'frontend';
  const probe: Tree = isWeb
    ? { tcpSocket: null, httpGet: { path: '/_healthz', port, scheme: 'HTTP' } }
    : { tcpSocket: null, grpc: { port, service: '' } };
  app.patchContainer({
    ports: [{ ...(isWeb ? {} : { name: 'grpc' }), containerPort: port, protocol: 'TCP' }],
    readinessProbe: probe,
    livenessProbe: probe,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
    resources: {
      requests: { cpu: cpu[0], memory: memory[0] },
      limits: { cpu: cpu[1], memory: memory[1] },
    },
  });
  const limit = { pod: app.pod.metadata.name, container: 'server' };
  world.remetric(
    'kube_pod_container_resource_limits',
    { ...limit, resource: 'memory' },
    () => Number.parseInt(memory[1], 10) * 1024 * 1024,
  );
  world.remetric(
    'kube_pod_container_resource_limits',
    { ...limit, resource: 'cpu' },
    () => Number.parseInt(cpu[1], 10) / 1000,
  );
  const portName = isWeb ? 'http' : 'grpc';
  servicePorts(world, name, { name: portName, port: servicePort, targetPort: port });
}

function addRedis(world: World): void {
  world.deploy({
    name: 'redis-cart',
    container: 'redis',
    replicas: 1,
    image: 'redis:alpine',
    port: 6379,
    nodes: ['k8s-worker-3'],
    spec: { volumes: [{ name: 'redis-data', emptyDir: {} }] },
  });
  world.app('redis-cart').patchContainer({
    volumeMounts: [{ name: 'redis-data', mountPath: '/data' }],
    resources: {
      requests: { cpu: '70m', memory: '200Mi' },
      limits: { cpu: '125m', memory: '256Mi' },
    },
  });
  servicePorts(world, 'redis-cart', { name: 'tcp-redis', port: 6379, targetPort: 6379 });
}

function addLoadgenerator(world: World): void {
  world.deploy({
    name: 'loadgenerator',
    container: 'main',
    replicas: 1,
    nodes: ['k8s-worker-2'],
    image: `${IMAGES}/loadgenerator:v0.10.2`,
    env: { FRONTEND_ADDR: 'frontend:80', USERS: '10', RATE: '1' },
  });
}

function addEdges(world: World): void {
  world.create('v1', 'ServiceAccount', { name: 'default' }, {});
  world.create('v1', 'ConfigMap', { name: 'kube-root-ca.crt' }, { data: { 'ca.crt': '' } });
  world.create(
    'v1',
    'Service',
    { name: 'frontend-external', labels: { app: 'frontend' } },
    {
      spec: {
        type: 'NodePort',
        clusterIP: '10.96.201.14',
        selector: { app: 'frontend' },
        ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080, protocol: 'TCP' }],
      },
      status: { loadBalancer: {} },
    },
  );
  world.create(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    {
      name: 'frontend-external-6mz9d',
      labels: { 'kubernetes.io/service-name': 'frontend-external' },
    },
    { addressType: 'IPv4', endpoints: [], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
  );
  world.syncEndpoints('frontend-external');
  const backend = { service: { name: 'frontend', port: { number: 80 } } };
  world.create(
    'networking.k8s.io/v1',
    'Ingress',
    { name: 'frontend-ingress' },
    {
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'boutique.example.com',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
          },
        ],
      },
      status: { loadBalancer: { ingress: [{ ip: '192.168.10.200' }] } },
    },
  );
}

/** One port of a Service, and of its slice as the endpoint controller writes it. */
export function servicePorts(
  world: World,
  name: string,
  port: { name: string; port: number; targetPort: number | string; protocol?: string },
  slicePort: number | null = typeof port.targetPort === 'number' ? port.targetPort : null,
): void {
  const { protocol = 'TCP' } = port;
  world.patch('Service', name, { spec: { ports: [{ ...port, protocol }] } });
  const slice = world.objects.find(
    ({ kind, metadata }) =>
      kind === 'EndpointSlice' &&
      metadata.namespace === world.namespace &&
      metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  if (slice && slicePort !== null) slice.ports = [{ name: port.name, port: slicePort, protocol }];
}
