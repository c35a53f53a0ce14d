import { availableParallelism, cpus } from 'node:os';
import { endChildren } from '../e2e/children.ts';
import { benchWebhooks } from './ceiling.ts';
import { benchGather } from './gather.ts';
import { benchInvestigations } from './investigations.ts';
import { benchRate } from './rate.ts';
import { benchStorm } from './storm.ts';

/** `npm run bench`: how fast it is; docs/bench.md says what each part measures. */

const PARTS = new Map([
  ['webhooks', benchWebhooks],
  ['rate', benchRate],
  ['storm', benchStorm],
  ['investigations', benchInvestigations],
  ['gather', benchGather],
]);

async function main(names: string[]): Promise<void> {
  const unknown = names.find((name) => !PARTS.has(name));
  if (unknown !== undefined) {
    console.error(
      `"${unknown}" is no part of the bench; there are ${[...PARTS.keys()].join(', ')}`,
    );
    process.exitCode = 1;
    return;
  }
  const processor = cpus()[0]?.model.trim() ?? 'an unknown processor';
  console.log(`${new Date().toISOString()} · Node ${process.versions.node}`);
  console.log(`${availableParallelism()} cores: ${processor}`);
  for (const [name, bench] of PARTS) {
    if (names.length === 0 || names.includes(name)) await bench();
  }
}

try {
  await main(process.argv.slice(2));
} finally {
  await endChildren();
}
