import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Cleanup, createCleanup } from './cleanup.ts';
import { type NightPlan, type NightResult, playNight } from './night.ts';
import { describeFaults, describeNight, tallyOf } from './tally.ts';

/** `npm run chaos`: whether what was accepted ends in exactly one thread, whatever dies meanwhile. */

const USAGE = `usage: npm run chaos -- [--short] [--seed N] [--stage servers|embedded] [--faults N] [--logs DIR]

  --short     one small night on each stage, for CI; without it three large ones on each
  --seed N    only the nights of this seed (1, 2 or 3; any number with --short)
  --stage S   only the nights on Redis and PostgreSQL (servers), or on the embedded database
  --faults N  so many faults in each night, with alerts in proportion
  --logs DIR  keep there what the programs printed`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string' },
    stage: { type: 'string' },
    faults: { type: 'string' },
    logs: { type: 'string' },
  },
});

function plans(): NightPlan[] {
  const seeds =
    values.seed === undefined ? (values.short ? [1] : [1, 2, 3]) : [Number(values.seed)];
  return seeds
    .flatMap((seed) => (values.short ? shortNights(seed) : longNights(seed)))
    .filter(({ stage }) => values.stage === undefined || stage === values.stage)
    .map((plan) => withFaults(plan, values.faults));
}

function shortNights(seed: number): NightPlan[] {
  const settleSeconds = 45;
  const logs = values.logs ?? null;
  return [
    { seed, stage: 'servers', alerts: 500, faults: 20, outageSeconds: 8, settleSeconds, logs },
    { seed, stage: 'embedded', alerts: 100, faults: 8, outageSeconds: 0, settleSeconds, logs },
  ];
}

function longNights(seed: number): NightPlan[] {
  const settleSeconds = 120;
  const logs = values.logs ?? null;
  const outageSeconds = seed === 1 ? 60 : 0;
  return [
    { seed, stage: 'servers', alerts: 2_900, faults: 54, outageSeconds, settleSeconds, logs },
    { seed, stage: 'embedded', alerts: 450, faults: 14, outageSeconds: 0, settleSeconds, logs },
  ];
}

function withFaults(plan: NightPlan, faults: string | undefined): NightPlan {
  if (faults === undefined) return plan;
  return {
    ...plan,
    faults: Number(faults),
    alerts: Math.ceil((plan.alerts * Number(faults)) / plan.faults),
  };
}

async function main(cleanup: Cleanup): Promise<void> {
  const startedAt = performance.now();
  const results: NightResult[] = [];
  for (const plan of plans()) {
    const say = (line: string) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0).padStart(4);
      console.log(`${seconds} s · seed ${plan.seed} · ${plan.stage} · ${line}`);
    };
    const result = await playNight(plan, say, cleanup);
    await cleanup.run();
    for (const line of describeNight(result)) say(line);
    results.push(result);
  }
  for (const line of describeFaults(results)) console.log(line);
  const { line, kept } = tallyOf(results);
  console.log(line);
  process.exitCode = kept ? 0 : 1;
}

/** Resolves when somebody stops this, by Ctrl-C for one. A second time ends it at once. */
const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);

if (
  plans().some(({ faults, seed }) => !(faults >= 0) || !Number.isInteger(seed)) ||
  plans().length === 0
) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const cleanup = createCleanup();
  const interrupted = stopped.then(() => {
    console.error('chaos: stopped; cleaning up');
    process.exitCode = 130;
  });
  await Promise.race([main(cleanup), interrupted]).finally(cleanup.run);
}
// What a killed program left half open must not keep this one.
process.exit();
