import { startFuzzer } from './webhooks.ts';

/**
 * Posts 100,000 mutated webhook bodies to every source and looks at what comes back: no 5xx, no crash, no
 * rejection that nobody handles, nothing accepted that the worker could not use, and memory stays flat.
 * Usage: npm run fuzz [-- seed]. What it prints last is the tally; it exits with 1 when a promise was broken.
 */

const BATCHES = 10;
const BATCH = 10_000;
/** What a heap may have grown between the first batch and the last; a leak of 1 kB a body would be 90 MB. */
const MAX_GROWTH_MB = 16;

const seed = Number(process.argv[2] ?? Date.now() % 1_000_000);
let unhandled = 0;
process.on('unhandledRejection', (reason) => {
  unhandled += 1;
  console.error('a rejection that nobody handles:', reason);
});

/** After a collection, which `--expose-gc` lets us ask for. */
function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

console.log(`seed ${seed}`);
const fuzzer = await startFuzzer();
const heaps: number[] = [];
for (let batch = 0; batch < BATCHES; batch += 1) {
  await fuzzer.run({ runs: BATCH, seed: seed + batch });
  heaps.push(heapMb());
  console.log(`${(batch + 1) * BATCH} bodies, heap ${heaps.at(-1)?.toFixed(1)} MB`);
}
await fuzzer.close();

const growth = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
for (const [answer, count] of [...fuzzer.tally].sort()) console.log(`${answer}  ${count}`);
const good = unhandled === 0 && growth <= MAX_GROWTH_MB;
console.log(
  `${BATCHES * BATCH} bodies: no 5xx, ${unhandled} unhandled rejections, heap grew ${growth.toFixed(1)} MB: ${good ? 'good' : 'BAD'}`,
);
process.exitCode = good ? 0 : 1;
