import { join } from 'node:path';
import pLimit from 'p-limit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../../src/lib/json.ts';
import { enforceNamespaces } from '../../../src/tools/prometheus/enforce-namespaces.ts';
import { withoutCopies } from '../../../src/tools/prometheus/label-copies.ts';
import { namespaceLimit } from '../../../src/tools/prometheus/namespace-limit.ts';
import { parsePromql, plainPromql } from '../../../src/tools/prometheus/promql.ts';
import { ToolError } from '../../../src/tools/tool.ts';
import type { Running } from '../../e2e/monitoring.ts';
import { seeded } from '../../evidence/random.ts';
import { scratchDirectory } from '../../services/scratch.ts';
import { ALLOWED, generateQuery } from './promql-generator.ts';
import { readCopies, readSelectors } from './promql-reader.ts';
import { EVERYTHING, findPrometheus, SAMPLES_END, startWithSamples } from './three-namespaces.ts';

vi.setConfig({ testTimeout: 90_000 });

const QUERIES = 10_000;
/** What the real Prometheus is asked in; the rest is left to the reader alone. */
const REAL_MS = 15_000;
const IN_FLIGHT = 16;

const limit = namespaceLimit(ALLOWED);
const random = seeded(20_261_121);
const queries = Array.from({ length: QUERIES }, () => generateQuery(random));
const pairs = queries.map((query) => {
  const answer = asked(() => enforceNamespaces(query, limit));
  return { query, ...answer };
});
const accepted = pairs.flatMap(({ query, text }) => (text === null ? [] : [{ query, text }]));

/** What would be sent, or why nothing is. Anything but a refusal in words fails. */
function asked(enforce: () => string): { text: string | null; reason: string } {
  try {
    return { text: enforce(), reason: '' };
  } catch (error) {
    if (error instanceof ToolError) return { text: null, reason: error.message };
    throw error;
  }
}

function isPromql(text: string): boolean {
  const { reason } = asked(() => {
    parsePromql(text);
    return text;
  });
  return reason === '';
}

/** Whether a call shows a whole value under another name, or a text of its own, and no secret. */
function isHarmless({ name, texts }: ReturnType<typeof readCopies>[number]): boolean {
  const [, second = '', third = '', fourth = ''] = texts.map((text) => text.slice(1, -1));
  if (name === 'label_join') {
    const sources = texts.slice(2).join();
    return !/token|password|value/.test(sources) && (texts.length <= 3 || second !== 'x');
  }
  if (!second.includes('$')) return !second.includes('\\');
  const whole = second === '$1' && ['(.*)', '(.+)'].includes(fourth);
  return whole && !/token|password|value|\\/.test(third);
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

  it('copy whole values of labels that hold no secret, whether namespaces are limited or not', () => {
    const unlimited = queries.flatMap((query) => asked(() => withoutCopies(query)).text ?? []);
    const readable = unlimited.filter(isPromql);
    const calls = [...accepted.map(({ text }) => text), ...readable].flatMap(readCopies);
    console.log(`${calls.length} calls of label_replace and label_join were let through`);
    expect(calls.filter((call) => !isHarmless(call))).toEqual([]);
    expect(calls.length).toBeGreaterThan(QUERIES / 20);
    const mentions = unlimited.filter((text) => /label_/i.test(text));
    expect(mentions.every((text) => readable.includes(text))).toBe(true);
  });

  it('hold many calls that would show a secret', () => {
    const harmful = queries.filter((query) => {
      const text = plainPromql(query);
      return isPromql(text) && readCopies(text).some((call) => !isHarmless(call));
    });
    expect(harmful.length).toBeGreaterThan(QUERIES / 50);
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
    const refused = pairs.filter(({ text, reason }) => text === null && !ON_PURPOSE.test(reason));
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

/** Prometheus would answer: with what nobody recognises as a secret any more. */
const ON_PURPOSE = /label_replace|label_join|may hold a secret|backslash/;

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
