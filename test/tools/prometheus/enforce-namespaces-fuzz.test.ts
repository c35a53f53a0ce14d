import { join } from 'node:path';
import pLimit from 'p-limit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../../src/lib/json.ts';
import { enforceNamespaces } from '../../../src/tools/prometheus/enforce-namespaces.ts';
import { namespaceLimit } from '../../../src/tools/prometheus/namespace-limit.ts';
import { ToolError } from '../../../src/tools/tool.ts';
import type { Running } from '../../e2e/monitoring.ts';
import { seeded } from '../../evidence/random.ts';
import { scratchDirectory } from '../../services/scratch.ts';
import { ALLOWED, generateQuery } from './promql-generator.ts';
import { readSelectors } from './promql-reader.ts';
import { EVERYTHING, findPrometheus, SAMPLES_END, startWithSamples } from './three-namespaces.ts';

vi.setConfig({ testTimeout: 90_000 });

const QUERIES = 10_000;
/** What the real Prometheus is asked in; the rest is left to the reader alone. */
const REAL_MS = 15_000;
const IN_FLIGHT = 16;

const limit = namespaceLimit(ALLOWED);
const random = seeded(20_261_121);
const queries = Array.from({ length: QUERIES }, () => generateQuery(random));
const pairs = queries.map((query) => ({ query, enforced: enforced(query) }));
const accepted = pairs.flatMap(({ query, enforced: text }) =>
  text === null ? [] : [{ query, text }],
);

/** Null when it is refused. Anything but a refusal in words fails. */
function enforced(query: string): string | null {
  try {
    return enforceNamespaces(query, limit);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

describe(`${QUERIES} generated queries`, () => {
  it('each come out with the matcher in every selector that another reader finds, or are refused', () => {
    const escaped = accepted.filter(
      ({ text }) => !readSelectors(text).every(({ matchers }) => matchers[0] === limit.matcher),
    );
    const selectors = accepted.reduce((sum, { text }) => sum + readSelectors(text).length, 0);
    console.log(
      `${QUERIES} queries: ${accepted.length} limited, ${QUERIES - accepted.length} refused; ` +
        `${selectors} selectors, ${escaped.length} queries with one that is not limited`,
    );
    expect(escaped).toEqual([]);
    expect(accepted.length).toBeGreaterThan(QUERIES / 2);
  });

  it('would escape that reader if a single selector were forgotten', () => {
    const forgotten = accepted.filter(({ text }) => {
      const unlimited = text.replace(`${limit.matcher}`, '');
      return !readSelectors(unlimited).every(({ matchers }) => matchers[0] === limit.matcher);
    });
    const selecting = accepted.filter(({ text }) => readSelectors(text).length > 0);
    expect(forgotten).toHaveLength(selecting.length);
  });
});

const binaries = findPrometheus();

describe.skipIf(binaries === null)('on a real Prometheus', () => {
  let all: Running;
  let allowed: Running;
  beforeAll(async () => {
    const { prometheus = '', promtool = '' } = binaries ?? {};
    const scratch = await scratchDirectory();
    [all, allowed] = await Promise.all([
      startWithSamples({ prometheus, promtool }, join(scratch.dir, 'all'), EVERYTHING),
      startWithSamples({ prometheus, promtool }, join(scratch.dir, 'allowed'), ALLOWED),
    ]);
    return async () => {
      await Promise.all([all.stop(), allowed.stop()]);
      await scratch.remove();
    };
  });

  it('a limited query answers as if the forbidden namespace did not exist', async () => {
    const tally = { asked: 0, answered: 0, withData: 0, withMoreWhenUnlimited: 0 };
    const leaks: string[] = [];
    await forAsLong(accepted, async ({ query, text }) => {
      const [mine, unlimited] = await Promise.all([ask(all.url, text), ask(all.url, query)]);
      tally.asked += 1;
      if (mine !== REFUSED) tally.answered += 1;
      if (mine.includes('"value"')) tally.withData += 1;
      if (mine !== unlimited) tally.withMoreWhenUnlimited += 1;
      if (!(await isAnswerOf(allowed.url, text, mine)))
        leaks.push(`${query}\n  as ${text}: ${mine}`);
    });
    console.log('Of the limited queries on a real Prometheus:', { ...tally, leaked: leaks.length });
    expect(leaks).toEqual([]);
    expect(tally.withMoreWhenUnlimited).toBeGreaterThan(tally.asked / 4);
  });

  it('refuses little that Prometheus would answer', async () => {
    const refused = pairs.filter(({ enforced: text }) => text === null);
    const valid: string[] = [];
    await forAsLong(refused, async ({ query }) => {
      if ((await ask(all.url, query)) !== REFUSED) valid.push(query);
    });
    console.log(
      `Of ${refused.length} refused queries a real Prometheus answers ${valid.length}:`,
      [...new Set(valid)].slice(0, 10),
    );
    expect(valid.length).toBeLessThan(refused.length / 20);
  });
});

/** Many at once, until the time is over. */
async function forAsLong<T>(items: readonly T[], check: (item: T) => Promise<void>): Promise<void> {
  const until = performance.now() + REAL_MS;
  await pLimit(IN_FLIGHT).map(items, async (item) => {
    if (performance.now() < until) await check(item);
  });
}

const Answer = z.object({ data: z.object({ result: z.array(z.json()).or(z.json()) }) });
const REFUSED = 'refused';

/** What Prometheus answers, in an order of ours: its own differs from call to call. */
async function ask(url: string, query: string): Promise<string> {
  const body = new URLSearchParams({ query, time: String(SAMPLES_END) });
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
  if (response.status !== 200) return REFUSED;
  const { result } = Answer.parse(await response.json()).data;
  const lines = [result].flat().map((it) => canonicalJson(it));
  // The order of summing shows in the last digits.
  return lines
    .sort()
    .join('\n')
    .replace(/\d+\.\d{6,}/g, (digits) => Number(digits).toPrecision(9));
}

/** Ties (topk of equal values) are broken by that order too, so some answers need more than one look. */
async function isAnswerOf(url: string, query: string, answer: string): Promise<boolean> {
  for (let look = 0; look < 20; look += 1) {
    if ((await ask(url, query)) === answer) return true;
  }
  return false;
}
