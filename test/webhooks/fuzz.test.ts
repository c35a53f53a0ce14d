import { expect, it } from 'vitest';
import { startFuzzer } from '../fuzz/webhooks.ts';

/** A seeded fiftieth of what `npm run fuzz` plays. */
it('answers 2,000 mutated bodies with 2xx or a reason, and accepts none that the worker could not use', {
  timeout: 120_000,
}, async () => {
  const fuzzer = await startFuzzer();
  try {
    await fuzzer.run({ runs: 2_000, seed: 20_261_121 });
    for (const source of ['alertmanager', 'generic', 'grafana', 'pagerduty']) {
      expect(fuzzer.tally.get(`${source} 202`)).toBeGreaterThan(0);
      expect(fuzzer.tally.get(`${source} 400`)).toBeGreaterThan(0);
    }
    expect(fuzzer.tally.get('pagerduty 200')).toBeGreaterThan(0);
  } finally {
    await fuzzer.close();
  }
});
