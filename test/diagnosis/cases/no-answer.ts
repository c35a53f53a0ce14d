import type { DiagnosisCase } from '../case.ts';
import { serveAll } from '../served.ts';

const NOTHING: DiagnosisCase['expected'] = { verdict: 'inconclusive' };

/** A night of which the evidence does not hold the cause. */
function night(
  name: string,
  alert: DiagnosisCase['alert'],
  arrange: DiagnosisCase['arrange'] = () => {},
): DiagnosisCase {
  return { name, family: 'no-answer', alert, arrange, expected: NOTHING };
}

export const noAnswer: DiagnosisCase[] = [
  night('customers-complain-and-all-is-well', {
    name: 'SupportTicketsHigh',
    labels: { service: 'frontend' },
  }),
  night('conversion-fell', { name: 'ConversionRateLow', labels: { service: 'checkout' } }),
  night('an-error-rate-that-nothing-measures', {
    name: 'HighErrorRate',
    labels: { service: 'cart' },
  }),
  night('a-namespace-without-a-name-to-look-at', { name: 'SLOBurnRateHigh' }),
  night(
    'only-another-team-s-job-crashes',
    { name: 'HighLatency', labels: { service: 'catalog' } },
    (world) => {
      world
        .deploy({ name: 'import-trial', replicas: 1 })
        .crash({ exitCode: 137, reason: 'OOMKilled', secondsAgo: 900 });
    },
  ),
  night(
    'requests-fail-at-checkout-and-nothing-says-why',
    { name: 'HighErrorRate', labels: { service: 'checkout' } },
    (world) => serveAll(world, { checkout: { failed: [0, 0.2] } }),
  ),
  night('a-synthetic-check-from-outside-fails', {
    name: 'BlackboxProbeFailed',
    labels: { instance: 'https://shop.example/' },
  }),
  night(
    'only-an-unrelated-image-is-missing',
    { name: 'HighErrorRate', labels: { service: 'payment' } },
    (world) => {
      const image = 'registry.example/shop/banner:old';
      world.deploy({ name: 'banner', replicas: 1, image }).waiting({
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": not found`,
        secondsAgo: 90_000,
      });
    },
  ),
  night(
    'a-release-that-changed-nothing-visible',
    { name: 'HighLatency', labels: { service: 'shipping' } },
    (world) => {
      world
        .app('shipping')
        .rollout(1500, { container: { image: 'registry.example/shop/shipping:1.2.0' } });
    },
  ),
  night('payments-decline-more-than-usual', {
    name: 'PaymentDeclinesHigh',
    labels: { service: 'payment' },
  }),
];
