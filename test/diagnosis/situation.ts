import type { Analyser, Finding } from '../../src/analysis/finding.ts';
import { nameOf } from '../../src/analysis/object-ref.ts';
import { type Situation, situationOf } from '../../src/analysis/situation.ts';
import type { DiagnosisCase } from './case.ts';
import { read } from './play.ts';
import { healthyShop } from './shop.ts';
import type { World } from './world.ts';

const NOW = '2026-10-05T03:10:00Z';
const ALERT: DiagnosisCase['alert'] = { name: 'HighErrorRate', labels: { service: 'frontend' } };

/** What the real tools read of a world, without metrics. */
export async function situationOfWorld(
  world: World,
  alert: DiagnosisCase['alert'] = ALERT,
): Promise<Situation> {
  const { symptom, window, evidence } = await read({ name: 'situation', alert }, world, null);
  const failed = evidence.find(({ tool, isError }) => tool === 'kubectl_snapshot' && isError);
  if (failed) throw new Error(`the world could not be read: ${failed.text}`);
  return situationOf(symptom, window, evidence);
}

/** The healthy shop, changed, as an analyser finds it. */
export async function situationAfter(
  arrange: (world: World) => void,
  alert?: DiagnosisCase['alert'],
): Promise<Situation> {
  const world = healthyShop(NOW);
  arrange(world);
  return await situationOfWorld(world, alert);
}

/** `insufficient-cpu Deployment checkout`, of each finding that has a citation, the surest first. */
export function told(analysers: readonly Analyser[], situation: Situation): string[] {
  return cited(analysers, situation).map(
    ({ failureMode, object }) => `${failureMode} ${nameOf(object)}`,
  );
}

export function cited(analysers: readonly Analyser[], situation: Situation): Finding[] {
  return analysers
    .flatMap(({ analyse }) => analyse(situation))
    .filter(({ citations }) => citations.length > 0)
    .sort((a, b) => b.score - a.score);
}
