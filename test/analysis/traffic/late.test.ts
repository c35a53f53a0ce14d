import { describe, expect, it } from 'vitest';
import { networkDegraded } from '../../../src/analysis/analysers/traffic/network-degraded.ts';
import { probeTimeouts } from '../../../src/analysis/analysers/traffic/probe-timeouts.ts';
import type { MetricSeries } from '../../../src/analysis/metrics.ts';
import type { Situation } from '../../../src/analysis/situation.ts';
import { onlineBoutique } from '../../diagnosis/boutique.ts';
import { DEADLINE, frontendWarns } from '../../diagnosis/boutique-logs.ts';
import { situationOfWorld, told } from '../../diagnosis/situation.ts';
import type { World } from '../../diagnosis/world.ts';

const NOW = '2026-10-05T03:10:00Z';
/** All calls of the boutique; on k8s-worker-2 are currency, email and recommendation. */
const CALLS = [
  'frontend adservice',
  'frontend recommendationservice',
  'frontend productcatalogservice',
  'frontend currencyservice',
  'frontend cartservice',
  'checkoutservice cartservice',
  'checkoutservice currencyservice',
  'checkoutservice paymentservice',
  'checkoutservice emailservice',
  'recommendationservice productcatalogservice',
];

function measured({ window }: Situation, late: readonly string[]): MetricSeries[] {
  const end = Date.parse(window.to) / 1000;
  return CALLS.map((call) => {
    const [source = '', destination = ''] = call.split(' ');
    return {
      evidence: 'E1',
      id: 'call-milliseconds',
      query: '',
      labels: { source_workload: source, destination_workload: destination },
      subject: null,
      points: Array.from({ length: 71 }, (_, index) => {
        const ago = 70 - index;
        return [end - ago * 60, ago < 14 && late.includes(call) ? 900 : 8] as const;
      }),
    };
  });
}

async function blamed(late: readonly string[]): Promise<string[]> {
  const situation = await situationOfWorld(onlineBoutique(NOW));
  const found = networkDegraded.analyse({ ...situation, metrics: measured(situation, late) });
  return found.map(({ object }) => `${object.kind} ${object.name}`);
}

describe('calls that are late by measure', () => {
  it('are blamed on the node that all of them cross into, and that no quick one does', async () => {
    const late = CALLS.filter((it) => /currency|email|recommendation/.test(it));
    expect(await blamed(late)).toEqual(['Node k8s-worker-2']);
  });

  it('are not blamed on a node into which others are quick', async () => {
    const late = CALLS.filter((it) => /email|recommendation/.test(it));
    expect(await blamed(late)).not.toContain('Node k8s-worker-2');
  });

  it('are blamed on the one that all of them need, whatever its node', async () => {
    const late = CALLS.filter((it) => it.endsWith('productcatalogservice'));
    expect(await blamed(late)).toEqual(['Deployment productcatalogservice']);
  });
});

const LATE =
  'timeout: failed to connect service "10.244.1.7:9555" within 1s: context deadline exceeded';

function probeFails(world: World, name: string, count: number, said = LATE, last = 40): void {
  world.event(world.app(name).pod, {
    type: 'Warning',
    reason: 'Unhealthy',
    message: `Readiness probe failed: ${said}`,
    count,
    first: 860,
    last,
  });
}

describe('probes that time out', () => {
  it.each<[string, (world: World) => void, string[]]>([
    [
      'on one node, for most of what is there',
      (world) => {
        for (const name of ['currencyservice', 'emailservice', 'recommendationservice'])
          probeFails(world, name, 5);
      },
      ['network-degraded Node k8s-worker-2'],
    ],
    [
      'on two nodes',
      (world) => {
        for (const name of ['currencyservice', 'adservice']) probeFails(world, name, 5);
      },
      ['network-degraded Deployment adservice', 'network-degraded Deployment currencyservice'],
    ],
    [
      'of one workload, for which its callers wait too',
      (world) => {
        probeFails(world, 'adservice', 9);
        frontendWarns(world, 'failed to retrieve ads', DEADLINE);
      },
      ['network-degraded Deployment adservice'],
    ],
    ['twice in the night', (world) => probeFails(world, 'adservice', 2), []],
    ['until six minutes ago', (world) => probeFails(world, 'adservice', 9, LATE, 360), []],
    [
      'because nobody listens',
      (world) => probeFails(world, 'adservice', 9, 'dial tcp 10.244.1.7:9555: connection refused'),
      [],
    ],
    [
      'while the process is started again and again',
      (world) => {
        world.app('adservice').crash({ exitCode: 1 });
        probeFails(world, 'adservice', 9);
      },
      [],
    ],
  ])('are judged by what they have in common: %s', async (_, arrange, expected) => {
    const world = onlineBoutique(NOW);
    arrange(world);
    expect(told([probeTimeouts], await situationOfWorld(world)).toSorted()).toEqual(expected);
  });
});
