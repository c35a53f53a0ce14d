import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLokiClient } from '../../../src/tools/loki/client.ts';
import { limitToNamespaces } from '../../../src/tools/loki/enforce-namespaces.ts';
import { withoutCopies } from '../../../src/tools/loki/label-copies.ts';
import { parseLogql } from '../../../src/tools/loki/logql.ts';
import { ToolError } from '../../../src/tools/tool.ts';
import { seeded } from '../../evidence/random.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { startFakeLoki } from '../../fakes/loki.ts';
import { matches, scanLogql, selectorsIn } from '../../fakes/loki-query.ts';
import { redact } from '../run.ts';
import { ns } from '../shop.ts';
import { copyingLogql, mutated, mutatedLogql, randomLogql } from './random-logql.ts';

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

/** The query as it would be sent where no namespaces are limited, or null when it is refused. */
function unlimited(query: string): string | null {
  try {
    return withoutCopies(query);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/** Whether a query takes a text from where it stands, read by its words alone. */
function copies(query: string): boolean {
  const tokens = scanLogql(query);
  return tokens.some(({ kind, text }, at) => {
    const before = tokens[at - 1];
    if (kind !== 'word' || before?.kind !== 'sign' || before.text !== '|') return false;
    if (/^(?:line_format|regexp|pattern)$/.test(text)) return true;
    if (!/^(?:label_format|json|logfmt)$/.test(text)) return false;
    const rest = tokens.slice(at + 1);
    const end = rest.findIndex((token) => token.kind === 'sign' && /^[^=,-]/.test(token.text));
    const stage = end === -1 ? rest : rest.slice(0, end);
    return stage.some(({ kind: equals, text: sign }, index) => {
      const [target, source] = [stage[index - 1]?.text, stage[index + 1]];
      if (equals !== 'sign' || sign !== '=' || source === undefined) return false;
      if (text === 'label_format' && source.kind === 'text') return true;
      const names = source.text.split(/\W+/);
      return source.text !== target && (names.some(isSecret) || /\[\d+\]$/.test(source.text));
    });
  });
}

const isSecret = (name: string) => ['password', 'db_password', 'api_token', 'value'].includes(name);

/** Whether a selector would select a stream of a namespace that has every other label right. */
function selects(matchers: ReturnType<typeof selectorsIn>[number]['matchers'], namespace: string) {
  return matchers
    .filter(({ label }) => label === 'namespace')
    .every((matcher) => matches(matcher, { namespace }));
}

describe('10,000 queries limited to two namespaces', () => {
  const random = seeded(20_261_121);
  const made = Array.from({ length: QUERIES }, (_, index) => {
    const broken = index % 2 === 1;
    const query = broken ? mutatedLogql(random) : randomLogql(random);
    return { query, broken, sent: limited(query) };
  });
  const sent = made.flatMap((one) => (one.sent === null ? [] : [{ ...one, sent: one.sent }]));
  const selectors = sent.flatMap((one) =>
    selectorsIn(one.sent).map(({ matchers }) => ({ ...one, matchers })),
  );

  it('never select a stream of another namespace', () => {
    const escaped = selectors.filter(({ matchers }) =>
      FORBIDDEN.some((namespace) => selects(matchers, namespace)),
    );
    const well = made.filter(({ broken }) => !broken);
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
    const open = made.filter(({ broken }) => !broken).flatMap(({ query }) => selectorsIn(query));
    const escaping = open.filter(({ matchers }) => selects(matchers, 'kube-system'));
    expect(escaping.length).toBeGreaterThan(QUERIES / 4);
  });

  it('show each text where it stands, whether namespaces are limited or not', () => {
    const hostile = Array.from({ length: QUERIES / 5 }, () => copyingLogql(random));
    expect(hostile.flatMap((query) => limited(query) ?? [])).toEqual([]);
    expect(hostile.flatMap((query) => unlimited(query) ?? [])).toEqual([]);
    const passed = [
      ...sent.map((one) => one.sent),
      ...made.flatMap(({ query }) => unlimited(query) ?? []),
      ...Array.from(
        { length: QUERIES },
        () => unlimited(mutated(random, copyingLogql)) ?? [],
      ).flat(),
    ];
    const understood = passed.filter((query) => parseLogql(query).errorAt === null);
    expect(understood.filter(copies)).toEqual([]);
    expect(understood.length).toBeGreaterThan(QUERIES / 2);
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
        .filter(({ broken, query }) => !broken && query.startsWith('{'))
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
