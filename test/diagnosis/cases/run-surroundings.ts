import type { DiagnosisCase } from '../case.ts';
import { step } from '../world.ts';

/** Disks, certificates and clocks. */
export const runSurroundings: DiagnosisCase[] = [
  {
    name: 'database-volume-is-full',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'orders' } },
    arrange(world) {
      world.app('orders-db').logs(
        [100, 260, 480].map((secondsAgo) => ({
          secondsAgo,
          text: 'PANIC:  could not write to file "pg_wal/xlogtemp.31": No space left on device',
        })),
      );
    },
    expected: {
      causes: [
        { failureMode: 'disk-full', object: 'StatefulSet/orders-db' },
        { failureMode: 'disk-full', object: 'PersistentVolumeClaim/data-orders-db-0' },
      ],
    },
  },
  {
    name: 'volume-fills-up-by-its-metrics',
    family: 'run',
    alert: {
      name: 'KubePersistentVolumeFillingUp',
      labels: { persistentvolumeclaim: 'data-orders-db-0' },
    },
    arrange(world) {
      const of = { namespace: 'shop', persistentvolumeclaim: 'data-orders-db-0', node: 'node-a' };
      world.metric('kubelet_volume_stats_capacity_bytes', of, () => 20e9);
      world.metric('kubelet_volume_stats_used_bytes', of, (ago) => 19.8e9 - ago * 1e5);
    },
    expected: {
      causes: [{ failureMode: 'disk-full', object: 'PersistentVolumeClaim/data-orders-db-0' }],
    },
  },
  {
    name: 'volume-out-of-inodes',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      const of = { namespace: 'shop', persistentvolumeclaim: 'data-cart-redis-0', node: 'node-a' };
      world.metric('kubelet_volume_stats_capacity_bytes', of, () => 20e9);
      world.metric('kubelet_volume_stats_used_bytes', of, () => 3e9);
      world.metric('kubelet_volume_stats_inodes', of, () => 1_310_720);
      world.metric('kubelet_volume_stats_inodes_used', of, step(900_000, 1_310_716, 1500));
    },
    expected: {
      causes: [{ failureMode: 'disk-full', object: 'PersistentVolumeClaim/data-cart-redis-0' }],
    },
  },
  {
    name: 'certificate-of-payment-expired',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'checkout' } },
    arrange(world) {
      world.app('checkout').logs(
        [90, 200, 330].map((secondsAgo) => ({
          secondsAgo,
          text: 'level=error msg="charge failed: Post \\"https://payment:50051/charge\\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-10-01T01:40:00Z is after 2026-10-01T01:00:00Z"',
        })),
      );
    },
    expected: { causes: [{ failureMode: 'certificate-expired', object: 'Deployment/payment' }] },
  },
  {
    name: 'java-does-not-trust-a-third-party',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'orders' } },
    arrange(world) {
      world.app('orders').logs(
        [90, 200, 330].map((secondsAgo) => ({
          secondsAgo,
          text: 'ERROR o.s.InvoiceClient - javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
        })),
      );
    },
    expected: { causes: [{ failureMode: 'certificate-expired', object: 'Deployment/orders' }] },
  },
  {
    name: 'tokens-from-the-future',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'cart' } },
    arrange(world) {
      world.app('cart').logs(
        [90, 200, 330].map((secondsAgo) => ({
          secondsAgo,
          text: 'ERROR auth: token used before issued (clock skew 94s)',
        })),
      );
    },
    expected: { causes: [{ failureMode: 'clock-skew', object: 'Deployment/cart' }] },
  },
  {
    name: 'request-time-too-skewed',
    family: 'run',
    alert: { name: 'HighErrorRate', labels: { service: 'email' } },
    arrange(world) {
      world.app('email').logs(
        [60, 180].map((secondsAgo) => ({
          secondsAgo,
          text: 'error: RequestTimeTooSkewed: The difference between the request time and the current time is too large.',
        })),
      );
    },
    expected: { causes: [{ failureMode: 'clock-skew', object: 'Deployment/email' }] },
  },
];
