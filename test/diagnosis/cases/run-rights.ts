import type { DiagnosisCase } from '../case.ts';
import { serveAll } from '../served.ts';

/** What programs may not do, what their databases do not have, and calls that are made again. */
export const runRights: DiagnosisCase[] = [
  {
    name: 'catalog-may-not-list-endpoints',
    family: 'run',
    alert: { name: 'KubePodCrashLooping', labels: { deployment: 'catalog' } },
    arrange(world) {
      world.app('catalog').crash({
        exitCode: 1,
        log: [
          'I1121 starting service discovery',
          'E1121 failed to list *v1.Endpoints: endpoints is forbidden: User "system:serviceaccount:shop:default" cannot list resource "endpoints" in API group "" in the namespace "shop"',
          'F1121 cannot go on without endpoints',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'rbac-denied', object: 'Deployment/catalog' }] },
  },
  {
    name: 'spring-config-map-watch-is-forbidden',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'frontend' } },
    arrange(world) {
      world.app('payment').crash({
        exitCode: 1,
        log: [
          'io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: GET at: https://10.96.0.1/api/v1/namespaces/shop/configmaps/payment. Message: Forbidden!Configured service account doesn\'t have access. Service account may have been revoked. configmaps "payment" is forbidden: User "system:serviceaccount:shop:default" cannot get resource "configmaps" in API group "" in the namespace "shop".',
        ],
      });
    },
    expected: { causes: [{ failureMode: 'rbac-denied', object: 'Deployment/payment' }] },
  },
  {
    name: 'flyway-stops-orders',
    family: 'run',
    alert: { name: 'KubeDeploymentReplicasMismatch', labels: { deployment: 'orders' } },
    arrange(world) {
      world
        .app('orders')
        .rollout(1_500, { container: { image: 'registry.example/shop/orders:2.0.0' } })
        .crash({
          exitCode: 1,
          secondsAgo: 1_450,
          log: [
            'org.flywaydb.core.api.exception.FlywayValidateException: Validate failed: Migrations have failed validation',
            'Migration checksum mismatch for migration version 14',
            'Application run failed',
          ],
        });
    },
    expected: { causes: [{ failureMode: 'bad-migration', object: 'Deployment/orders' }] },
  },
  {
    name: 'new-orders-want-a-column-that-is-not-there',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'orders' } },
    arrange(world) {
      const orders = world
        .app('orders')
        .rollout(1_200, { container: { image: 'registry.example/shop/orders:2.1.0' } });
      orders.logs(
        [1_100, 900, 700, 500, 300, 100].map((secondsAgo) => ({
          secondsAgo,
          text: 'level=error msg="insert failed" err="ERROR: column \\"currency\\" of relation \\"orders\\" does not exist (SQLSTATE 42703)"',
        })),
      );
    },
    expected: { causes: [{ failureMode: 'bad-migration', object: 'Deployment/orders' }] },
  },
  {
    name: 'checkout-calls-currency-again-and-again',
    family: 'traffic',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      serveAll(world, {
        currency: { rate: [20, 75], failed: [0, 0.6], secondsAgo: 900 },
        checkout: { failed: [0, 0.5], secondsAgo: 880 },
      });
    },
    expected: { causes: [{ failureMode: 'retry-storm', object: 'Deployment/currency' }] },
  },
  {
    name: 'frontend-hammers-catalog',
    family: 'traffic',
    alert: { name: 'HighLatency', labels: { service: 'frontend' } },
    arrange(world) {
      serveAll(world, {
        catalog: { rate: [40, 160], failed: [0.01, 0.45], seconds: [0.03, 0.2], secondsAgo: 1_000 },
        frontend: { seconds: [0.1, 0.4], failed: [0, 0.1], secondsAgo: 960 },
      });
    },
    expected: { causes: [{ failureMode: 'retry-storm', object: 'Deployment/catalog' }] },
  },
];
