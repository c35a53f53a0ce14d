import { describe, expect, it } from 'vitest';
import { type LogLine, mineTemplates, TEMPLATE_LIMITS } from '../../src/evidence/log-templates.ts';
import { LOWER, seeded } from './random.ts';

/** A line a second. */
function lines(...texts: string[]): LogLine[] {
  return texts.map((line, index) => ({
    at: new Date(Date.UTC(2026, 10, 21, 3, 0, index)).toISOString(),
    line,
  }));
}

function templatesOf(...texts: string[]): string[] {
  return mineTemplates([lines(...texts)]).templates.map(({ template }) => template);
}

describe('mineTemplates', () => {
  it('counts the lines of one template, with the first, the last and an example', () => {
    const { templates, unmatched } = mineTemplates([
      lines('took 12ms', 'started', 'took 3s', 'took 99ms'),
    ]);
    expect(templates).toEqual([
      {
        template: 'took <duration>',
        level: null,
        sightings: [
          {
            count: 3,
            first: '2026-11-21T03:00:00.000Z',
            last: '2026-11-21T03:00:03.000Z',
            example: 'took 12ms',
          },
        ],
      },
      { template: 'started', level: null, sightings: [expect.objectContaining({ count: 1 })] },
    ]);
    expect(unmatched).toEqual([0]);
  });

  it('puts a variable where words of the same line differ', () => {
    expect(
      templatesOf('connected to the host alpha in time', 'connected to the host beta in time'),
    ).toEqual(['connected to the host <*> in time']);
    expect(templatesOf('placed an order user=bob now', 'placed an order user=eve now')).toEqual([
      'placed an order user=<*> now',
    ]);
  });

  it('keeps apart what begins with other words, or ends with another status', () => {
    expect(templatesOf('payment failed', 'payment accepted')).toHaveLength(2);
    expect(templatesOf('GET /cart 200', 'GET /cart 502', 'GET /cart 200')).toEqual([
      'GET /cart 200',
      'GET /cart 502',
    ]);
  });

  it('keeps levels apart', () => {
    expect(templatesOf('{"level":"info","msg":"x"}', '{"level":"error","msg":"x"}')).toEqual([
      'x',
      'x',
    ]);
  });

  it('takes the level of the log system before that of the line', () => {
    const [line] = lines('ERROR is only a word here');
    const { templates } = mineTemplates([line === undefined ? [] : [{ ...line, level: 'info' }]]);
    expect(templates[0]?.level).toBe('info');
  });

  it('finds a name at the beginning to be a variable when there are many', () => {
    const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'];
    expect(templatesOf(...users.map((user) => `user ${user} has logged in`))).toEqual([
      'user <*> has logged in',
    ]);
    expect(templatesOf('user ann has logged in', 'user bob has logged in')).toHaveLength(2);
  });

  it('has one template for all windows, seen in each or not', () => {
    const { templates } = mineTemplates([lines('took 1s', 'gone'), lines('took 2s', 'new')]);
    expect(
      templates.map(({ template, sightings }) => [template, ...sightings.map((it) => it?.count)]),
    ).toEqual([
      ['took <duration>', 1, 1],
      ['gone', 1, undefined],
      ['new', undefined, 1],
    ]);
  });

  it('lets a sampled line stand for many', () => {
    const { templates } = mineTemplates([lines('x', 'x').map((it) => ({ ...it, weight: 2.5 }))]);
    expect(templates[0]?.sightings[0]?.count).toBe(5);
  });

  it('leaves the time out with which a line begins', () => {
    expect(templatesOf('2026-11-21T03:00:00Z ready', 'ready')).toEqual(['ready']);
  });

  it('looks at the beginning of a long line only', () => {
    const [template = ''] = templatesOf('word '.repeat(10_000));
    expect(template.split(' ')).toHaveLength(TEMPLATE_LIMITS.tokens + 1);
    expect(template).toMatch(/…$/);
    expect(templatesOf('x'.repeat(100_000))[0]).toHaveLength(TEMPLATE_LIMITS.characters);
  });

  it('stays within its limit of templates and counts the lines that have none', () => {
    const random = seeded(7);
    const word = () => random.text(6, LOWER);
    const many = lines(...Array.from({ length: 500 }, () => `${word()} ${word()} ${word()}`));
    const limits = { ...TEMPLATE_LIMITS, templates: 50 };
    const { templates, unmatched } = mineTemplates([many], limits);
    const counted = templates.reduce((sum, { sightings }) => sum + (sightings[0]?.count ?? 0), 0);
    expect(templates.length).toBeLessThanOrEqual(50);
    expect(counted + (unmatched[0] ?? 0)).toBe(500);
    expect(unmatched[0]).toBeGreaterThan(0);
  });

  it('finds the same templates again', () => {
    const random = seeded(11);
    const texts = Array.from(
      { length: 300 },
      () =>
        `${random.pick(['get', 'put', 'del'])} key ${random.text(4, LOWER)} in ${random.int(99)}ms`,
    );
    expect(mineTemplates([lines(...texts)])).toEqual(mineTemplates([lines(...texts)]));
  });

  it('mines nothing out of nothing', () => {
    expect(mineTemplates([[], lines('', ' ')])).toEqual({
      templates: [expect.objectContaining({ template: '' })],
      unmatched: [0, 0],
    });
  });
});
