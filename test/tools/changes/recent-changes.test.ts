import { describe, expect, it } from 'vitest';
import type { Change, ChangeQuery, ChangeSource } from '../../../src/tools/changes/change.ts';
import { recentChanges } from '../../../src/tools/changes/recent-changes.ts';
import { ToolError } from '../../../src/tools/tool.ts';
import { run, toolError } from '../run.ts';

function change(time: string, object: string, more: Partial<Change> = {}): Change {
  return {
    at: `2026-11-21T${time}Z`,
    source: 'pipeline',
    kind: 'deploy',
    object,
    namespace: 'shop',
    summary: 'deployed by ci',
    details: [],
    ...more,
  };
}

function source(name: string, changes: Change[], gaps: string[] = []) {
  const queries: ChangeQuery[] = [];
  const port: ChangeSource = {
    name,
    async changes(query) {
      queries.push(query);
      return { changes, gaps };
    },
  };
  return { port, queries };
}

function failing(name: string, error: Error): ChangeSource {
  return { name, changes: () => Promise.reject(error) };
}

const ask = (sources: ChangeSource[], args: Record<string, unknown> = {}) =>
  run([recentChanges(sources)], 'recent_changes', args);

describe('recent_changes', () => {
  it('merges what all sources tell, newest first, with how long before the end each was', async () => {
    const one = source('pipeline', [
      change('02:00:00', 'App/old'),
      change('03:00:00', 'App/checkout', { details: ['1.4.1 → 1.4.2'] }),
    ]);
    const two = source(
      'flags',
      [change('03:10:30', 'Flag/fast-pay', { source: 'flags', namespace: null, summary: 'on' })],
      ['flags of other projects are not read'],
    );
    const { text, structured } = await ask([one.port, two.port], { since: '2h' });
    expect(text).toMatchInlineSnapshot(`
      "Changes from 2026-11-21T01:12:00Z to 2026-11-21T03:12:00Z in namespace shop: 3. BEFORE counts back from the end.
      AT                    BEFORE  OBJECT         CHANGE
      2026-11-21T03:10:30Z  90s     Flag/fast-pay  on
      2026-11-21T03:00:00Z  12m     App/checkout   deployed by ci
          1.4.1 → 1.4.2
      2026-11-21T02:00:00Z  72m     App/old        deployed by ci
      Note: flags of other projects are not read"
    `);
    expect(structured).toMatchObject({
      from: '2026-11-21T01:12:00.000Z',
      to: '2026-11-21T03:12:00.000Z',
      changes: [{ object: 'Flag/fast-pay' }, { object: 'App/checkout' }, { object: 'App/old' }],
    });
  });

  it('asks for the window and all namespaces, or for what the arguments say', async () => {
    const { port, queries } = source('pipeline', []);
    await ask([port]);
    await ask([port], { namespace: 'shop', since: '15m' });
    expect(queries).toEqual([
      {
        window: { from: '2026-11-21T02:12:00.000Z', to: '2026-11-21T03:12:00.000Z' },
        namespaces: null,
      },
      {
        window: { from: '2026-11-21T02:57:00.000Z', to: '2026-11-21T03:12:00.000Z' },
        namespaces: ['shop'],
      },
    ]);
  });

  it('folds what one act did to many objects', async () => {
    const { port } = source(
      'pipeline',
      Array.from({ length: 12 }, (_, index) => change(`03:00:0${index % 10}`, `App/app-${index}`)),
    );
    const { text, structured } = await ask([port]);
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toMatch(/App\/\{app-9,app-8,app-7,app-6,…\} \(12\) +deployed by ci/);
    expect(structured.changes).toHaveLength(12);
  });

  it('cuts very many changes and details, and says how to see them', async () => {
    const changes = Array.from({ length: 60 }, (_, index) =>
      change(`02:${String(index).padStart(2, '0')}:00`, `App/app-${index}`, {
        details: Array.from({ length: 20 }, (_, line) => `line ${line}`),
      }),
    );
    const { text, structured } = await ask([source('pipeline', changes).port]);
    expect(text).toContain('20 older ones left out: ask with a namespace or FROM/TO in since.');
    expect(text).toContain('and 12 more');
    expect(structured.changes).toHaveLength(60);
  });

  it('says that none is known', async () => {
    const { text } = await ask([source('pipeline', []).port]);
    expect(text).toBe('Changes from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z: none is known.');
  });

  it('tells of a source that fails, as long as another one answers', async () => {
    const dead = failing('flags', new ToolError('It cannot be reached.'));
    const { text } = await ask([source('pipeline', [change('03:00:00', 'App/a')]).port, dead]);
    expect(text).toContain('App/a');
    expect(text).toContain('Note: Changes of flags are unknown: It cannot be reached.');
    expect(await toolError(ask([dead]))).toBe('It cannot be reached.');
  });

  it('passes on what is no ToolError: a bug, or the end of the run', async () => {
    const broken = failing('flags', new TypeError('bug'));
    await expect(ask([source('pipeline', []).port, broken])).rejects.toThrow(TypeError);
  });

  it('refuses a namespace and a range that are none', async () => {
    const { port, queries } = source('pipeline', []);
    await expect(ask([port], { namespace: '../x' })).rejects.toThrow('must be the name of one');
    expect(await toolError(ask([port], { since: 'yesterday' }))).toContain('since: "yesterday"');
    expect(queries).toEqual([]);
  });
});
