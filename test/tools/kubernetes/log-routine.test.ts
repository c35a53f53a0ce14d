import { describe, expect, it } from 'vitest';
import { withoutRoutine } from '../../../src/tools/kubernetes/logs/routine.ts';

function line(second: number, text: string) {
  const at = new Date(Date.parse('2026-11-21T03:00:00Z') + second * 1000).toISOString();
  return { at, lastAt: at, text, count: 1 };
}

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index, text(index)));

describe('withoutRoutine', () => {
  it('sums up ordinary lines that differ in their numbers only, the most frequent first', () => {
    const lines = many(90, (index) =>
      index % 3 === 0 ? 'INFO GET /healthz 200' : `INFO POST /pay 200 order=${index} ms=${index}`,
    );
    const { routine, kept } = withoutRoutine(lines);
    expect(routine).toEqual([
      {
        pattern: 'INFO POST /pay 200 order=<num> ms=<num>',
        count: 46,
        at: '2026-11-21T03:00:01.000Z',
        lastAt: '2026-11-21T03:01:08.000Z',
      },
      {
        pattern: 'INFO GET /healthz 200',
        count: 24,
        at: '2026-11-21T03:00:00.000Z',
        lastAt: '2026-11-21T03:01:09.000Z',
      },
    ]);
    expect(kept).toEqual(lines.slice(-20));
  });

  it('counts lines that were folded before', () => {
    const lines = many(30, (index) => `INFO tick ${index}`).map((it) => ({ ...it, count: 3 }));
    expect(withoutRoutine(lines).routine[0]?.count).toBe(30);
  });

  it('keeps warnings, errors and exceptions, however often they come', () => {
    const bad = [
      'WARN slow query 31 ms',
      'ERROR lost connection 7',
      'java.io.IOException: reset 4',
    ];
    const lines = many(90, (index) => bad[index % 3] ?? '');
    expect(withoutRoutine(lines)).toEqual({ routine: [], kept: lines });
  });

  it('keeps what is rare, in its place', () => {
    const lines = many(60, (index) => `INFO request ${index}`);
    const rare = line(10, 'INFO configuration reloaded from /etc/app.yaml');
    lines.splice(10, 0, rare);
    expect(withoutRoutine(lines).kept[0]).toEqual(rare);
  });

  it('leaves a short log as it is', () => {
    const lines = many(20, (index) => `INFO request ${index}`);
    expect(withoutRoutine(lines)).toEqual({ routine: [], kept: lines });
  });
});
