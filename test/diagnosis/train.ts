import type { Tree } from './merge-patch.ts';
import { addTrainCluster } from './train-cluster.ts';
import { spring } from './train-logs.ts';
import { settingPrefix, TRAIN_SERVICES, type TrainService } from './train-services.ts';
import { addTrainStores } from './train-stores.ts';
import { counter, World } from './world.ts';

const MI = 1024 ** 2;
const WORKERS = ['k8s-worker-1', 'k8s-worker-2', 'k8s-worker-3'] as const;

/** A train ticket booking system of 45 Java services, with MySQL, RabbitMQ and Nacos, all well. */
export function trainTicket(now: string): World {
  const world = new World(now, 'ts', WORKERS);
  addTrainCluster(world);
  addTrainStores(world);
  for (const [index, service] of TRAIN_SERVICES.entries()) addService(world, service, index);
  world.deploy({
    name: 'ts-ui-dashboard',
    port: 8080,
    replicas: 1,
    image: 'docker.io/codewisdom/ts-ui-dashboard:1.0.1',
    nodes: ['k8s-worker-3'],
  });
  addEdges(world);
  addDailyLogs(world);
  return world;
}

/** The same, whose services are scraped: what Spring's actuator says of each request. */
export function trainTicketWithRequests(now: string): World {
  const world = trainTicket(now);
  for (const { name, port } of TRAIN_SERVICES) {
    const { pod } = world.app(name);
    const of = {
      namespace: 'ts',
      service: name,
      pod: pod.metadata.name,
      instance: `${String(port)}`,
      method: 'GET',
      uri: `/api/v1/${name.replace(/^ts-|-service$/g, '').replaceAll('-', '')}service`,
    };
    for (const [status, rate] of [
      ['200', 6],
      ['500', 0.002],
    ] as const) {
      const labels = { ...of, status, outcome: status === '200' ? 'SUCCESS' : 'SERVER_ERROR' };
      world.metric('http_server_requests_seconds_count', labels, counter(rate));
      world.metric('http_server_requests_seconds_sum', labels, counter(rate * 0.04));
    }
  }
  return world;
}

function addService(world: World, { name, port, database, rabbit }: TrainService, at: number) {
  const prefix = settingPrefix(name);
  const settings = {
    [`${prefix}_MYSQL_HOST`]: 'tsdb-mysql-leader',
    [`${prefix}_MYSQL_PORT`]: '3306',
    [`${prefix}_MYSQL_DATABASE`]: 'ts',
    [`${prefix}_MYSQL_USER`]: 'ts',
  };
  world.deploy({
    name,
    port,
    replicas: 1,
    image: `docker.io/codewisdom/${name}:1.0.1`,
    nodes: [WORKERS[at % WORKERS.length] ?? WORKERS[0]],
    ...(database === 'env'
      ? { env: { ...settings, [`${prefix}_MYSQL_PASSWORD`]: 'Ts_123456' } }
      : {}),
  });
  const secret = `${name.replace(/-service$/, '')}-mysql`;
  if (database === 'secret')
    world.create(
      'v1',
      'Secret',
      { name: secret },
      {
        type: 'Opaque',
        data: Object.fromEntries(
          [...Object.entries(settings), [`${prefix}_MYSQL_PASSWORD`, 'Ts_123456']].map(
            ([key, value]) => [key, Buffer.from(String(value)).toString('base64')],
          ),
        ),
      },
    );
  const probe = { tcpSocket: { port }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 };
  world.app(name).patchContainer({
    envFrom: [
      { configMapRef: { name: 'nacos' } },
      ...(rabbit ? [{ configMapRef: { name: 'rabbitmq' } }] : []),
      ...(database === 'secret' ? [{ secretRef: { name: secret } }] : []),
    ],
    readinessProbe: { ...probe, initialDelaySeconds: 60 },
    livenessProbe: at % 2 === 0 ? { ...probe, initialDelaySeconds: 180 } : null,
    resources: {
      requests: { cpu: '100m', memory: '300Mi' },
      limits: { cpu: '1', memory: '1000Mi' },
    },
  });
  const pod = world.app(name).pod.metadata.name;
  world.remetric(
    'container_memory_working_set_bytes',
    { pod },
    (ago) => (540 + 12 * Math.sin(ago / 400)) * MI,
  );
  world.remetric(
    'kube_pod_container_resource_limits',
    { pod, resource: 'memory' },
    () => 1000 * MI,
  );
  world.remetric('kube_pod_container_resource_limits', { pod, resource: 'cpu' }, () => 1);
  const of = { namespace: 'ts', pod, container: name };
  world.metric('container_cpu_cfs_periods_total', of, counter(4));
  world.metric('container_cpu_cfs_throttled_periods_total', of, counter(0.02));
  const network = { namespace: 'ts', pod, interface: 'eth0' };
  world.metric('container_network_receive_bytes_total', network, counter(22_000));
  world.metric('container_network_transmit_bytes_total', network, counter(31_000));
}

function addEdges(world: World): void {
  world.patch('Service', 'ts-ui-dashboard', {
    spec: {
      type: 'NodePort',
      ports: [{ name: 'http', port: 8080, targetPort: 8080, nodePort: 32677, protocol: 'TCP' }],
    },
  });
  const to = (path: string, name: string, number: number): Tree => ({
    path,
    pathType: 'Prefix',
    backend: { service: { name, port: { number } } },
  });
  world.create(
    'networking.k8s.io/v1',
    'Ingress',
    { name: 'train-ticket' },
    {
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'train.example',
            http: {
              paths: [to('/api', 'ts-gateway-service', 18888), to('/', 'ts-ui-dashboard', 8080)],
            },
          },
        ],
      },
      status: { loadBalancer: { ingress: [{ ip: '192.168.31.50' }] } },
    },
  );
}

/** What they write on a day when nothing is wrong: refused bookings are business. */
function addDailyLogs(world: World): void {
  for (const { name } of TRAIN_SERVICES)
    spring(world, name, [
      {
        every: 600,
        from: 6_600,
        level: 'INFO',
        logger: 'controller',
        text: '[query][Query all success]',
      },
    ]);
  spring(world, 'ts-order-service', [
    {
      every: 420,
      from: 6_500,
      level: 'ERROR',
      logger: 'order.service.OrderServiceImpl',
      text: '[getOrderById][Order Get Fail][Order not found][orderId: 8177ac5a-61ac-42f4-83f4-bd7b394d0531]',
    },
  ]);
  spring(world, 'ts-auth-service', [
    {
      every: 900,
      from: 6_300,
      level: 'WARN',
      logger: 'auth.security.jwt.JWTFilter',
      text: '[doFilterInternal][JWT expired at 2026-09-30T21:03:11Z]',
    },
  ]);
}
