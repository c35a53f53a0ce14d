import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLokiClient } from '../../../src/tools/loki/client.ts';
import { limitToNamespaces } from '../../../src/tools/loki/enforce-namespaces.ts';
import { ToolError } from '../../../src/tools/tool.ts';
import { seeded } from '../../evidence/random.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { startFakeLoki } from '../../fakes/loki.ts';
import { matches, scanLogql, selectorsIn } from '../../fakes/loki-query.ts';
import { redact } from '../run.ts';
import { ns } from '../shop.ts';
import { mutatedLogql, randomLogql } from './random-logql.ts';

const ALLOWED = ['shop', 'web'];
const FORBIDDEN = ['kube-system', 'shop2', 'xshop', 'web|kube-system', ''];
const LIMIT = { label: 'namespace', namespaces: ALLOWED };
const QUERIES = 10_000;

/** The query as it would be sent, or null when it is refused. */
function limited(query: string): string | null {
  try {
    return limitToNamespaces(query, LIMIT);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/** Whether a selector would select a stream of a namespace that has every other label right. */
function selects(matchers: ReturnType<typeof selectorsIn>[number]['matchers'], namespace: string) {
  return matchers
    .filter(({ label }) => label === 'namespace')
    .every((matcher) => matches(matcher, { namespace }));
}

describe('10,000 queries limited to two namespaces', () => {
  const random = seeded(20_261_121);
  const made = Array.from({ length: QUERIES }, (_, index) => {
    const mutated = index % 2 === 1;
    const query = mutated ? mutatedLogql(random) : randomLogql(random);
    return { query, mutated, sent: limited(query) };
  });
  const sent = made.flatMap((one) => (one.sent === null ? [] : [{ ...one, sent: one.sent }]));
  const selectors = sent.flatMap((one) =>
    selectorsIn(one.sent).map(({ matchers }) => ({ ...one, matchers })),
  );

  it('never select a stream of another namespace', () => {
    const escaped = selectors.filter(({ matchers }) =>
      FORBIDDEN.some((namespace) => selects(matchers, namespace)),
    );
    const well = made.filter(({ mutated }) => !mutated);
    const refused = (these: typeof made) => these.filter((one) => one.sent === null).length;
    console.log(
      `LogQL fuzz: ${made.length} queries, ${selectors.length} selectors in the ${sent.length} that were sent, ` +
        `${escaped.length} escaped; refused: ${refused(well)} of ${well.length} well-formed, ` +
        `${refused(made) - refused(well)} of ${made.length - well.length} mutated`,
    );
    expect(escaped).toEqual([]);
    expect(selectors.length).toBeGreaterThan(QUERIES / 2);
    expect(refused(well)).toBe(0);
  });

  it('would have selected one without the limit', () => {
    const open = made.filter(({ mutated }) => !mutated).flatMap(({ query }) => selectorsIn(query));
    const escaping = open.filter(({ matchers }) => selects(matchers, 'kube-system'));
    expect(escaping.length).toBeGreaterThan(QUERIES / 4);
  });

  it('are changed in nothing else', () => {
    const words = (query: string) => scanLogql(query).map(({ kind, text }) => `${kind} ${text}`);
    const inserted = words('namespace=~"shop|web",');
    for (const { query, sent: changed } of sent) {
      const added = words(changed);
      for (let at = added.indexOf('sign {'); at !== -1; at = added.indexOf('sign {', at + 1)) {
        expect(added.splice(at + 1, inserted.length)).toEqual(inserted);
      }
      expect(added).toEqual(words(query));
    }
  });

  describe('sent to Loki', () => {
    let fake: HttpFake;
    beforeAll(async () => {
      fake = await startFakeLoki({
        streams: [...ALLOWED, ...FORBIDDEN].map((namespace) => ({
          stream: { namespace, app: 'shop', pod: 'shop', container: 'shop', level: 'shop' },
          values: [[ns('03:00:00'), `a line of ${namespace}`]],
        })),
      });
    });
    afterAll(async () => {
      await fake.close();
    });

    it('give lines of the allowed namespaces alone', async () => {
      const client = createLokiClient({ url: fake.url, namespaces: ALLOWED }, redact);
      const range = { startNs: BigInt(ns('02:00:00')), endNs: BigInt(ns('04:00:00')) };
      const signal = new AbortController().signal;
      const seen = new Set<string | undefined>();
      // The fake knows no filter that is a regular expression of Go, so only what selects is asked for.
      const queries = made
        .filter(({ mutated, query }) => !mutated && query.startsWith('{'))
        .slice(0, 300)
        .map(({ query }) => query.slice(0, closing(query)));
      for (const query of queries) {
        const found = await client.series(query, range, signal).catch(ignoreRefusal);
        for (const stream of found) seen.add(stream.namespace);
      }
      expect(queries.length).toBe(300);
      expect([...seen].sort()).toEqual(ALLOWED);
    });
  });
});

/** Where the first selector of a query ends. */
function closing(query: string): number {
  const end = scanLogql(query).find(({ kind, text }) => kind === 'sign' && text === '}');
  return (end?.at ?? 0) + 1;
}

/** Loki refuses a selector whose matchers all match nothing at all, too. */
function ignoreRefusal(error: unknown): [] {
  if (error instanceof ToolError) return [];
  throw error;
}
