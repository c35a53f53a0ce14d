import { scratchDirectory } from '../services/scratch.ts';
import { findPrometheus } from '../tools/prometheus/three-namespaces.ts';
import type { DiagnosisCase } from './case.ts';
import { CASES } from './cases.ts';
import { addNoise } from './noise.ts';
import { play } from './play.ts';
import { endOf, startPrometheusOf } from './samples.ts';
import { type Score, scoreOf } from './score.ts';
import { healthyShop } from './shop.ts';
import { printScores } from './table.ts';
import type { World } from './world.ts';

/** `npm run eval`: plays every case, or those whose name or family is given, and prints who was right. */

/** Below this share of right first answers the command fails. */
const WANTED = 0.9;
const PARALLEL = 2;

interface Night {
  one: DiagnosisCase;
  world: World;
}

function nightOf(one: DiagnosisCase, index: number): Night {
  const world = (one.system ?? healthyShop)(endOf(index));
  addNoise(world, one.name);
  one.arrange(world);
  return { one, world };
}

async function playAll(nights: readonly Night[], prometheusUrl: string | null): Promise<Score[]> {
  const open = [...nights];
  const scores: Score[] = [];
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let night = open.shift(); night !== undefined; night = open.shift()) {
        scores.push(scoreOf(night.one, await play(night.one, night.world, prometheusUrl)));
      }
    }),
  );
  return scores;
}

async function main(wanted: readonly string[]): Promise<void> {
  const cases = CASES.filter(
    ({ name, family }) =>
      wanted.length === 0 || wanted.some((word) => name.includes(word) || family === word),
  );
  if (cases.length === 0) {
    console.error(`no case is called, or of the family, ${wanted.join(' or ')}`);
    process.exitCode = 2;
    return;
  }
  const nights = cases.map(nightOf);
  const binaries = findPrometheus();
  const scratch = await scratchDirectory();
  const prometheus =
    binaries === null
      ? null
      : await startPrometheusOf(
          binaries,
          scratch.dir,
          nights.map(({ world }) => world),
        );
  try {
    const right = printScores(await playAll(nights, prometheus?.url ?? null), wanted.length > 0);
    process.exitCode = right < WANTED ? 1 : 0;
  } finally {
    await prometheus?.stop();
    await scratch.remove();
  }
}

await main(process.argv.slice(2));
