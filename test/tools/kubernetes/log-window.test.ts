import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../src/tools/kubernetes/logs/log-lines.ts';
import { type LogPart, readLogWindow } from '../../../src/tools/kubernetes/logs/read-window.ts';

const START = Date.parse('2026-11-21T02:00:00Z');

/** A container that wrote one line of `bytes` every `stepMs`, read as the API reads: nothing knows an end. */
function container({
  lines,
  stepMs,
  bytes = 40,
}: {
  lines: number;
  stepMs: number;
  bytes?: number;
}) {
  const asked: LogPart[] = [];
  const all = Array.from({ length: lines }, (_, index) => {
    const at = new Date(START + index * stepMs);
    return { at, row: `${at.toISOString()} line ${index} `.padEnd(bytes - 1, '.') };
  });
  const read = async (part: LogPart) => {
    asked.push(part);
    const since = Date.parse(part.sinceTime ?? new Date(START).toISOString());
    const from = all.filter(({ at }) => at.getTime() >= since);
    const kept = part.tailLines === undefined ? from : from.slice(-part.tailLines);
    const text = kept.map(({ row }) => `${row}\n`).join('');
    return parseLog(text.slice(0, part.limitBytes), part.limitBytes);
  };
  return { read, asked };
}

const later = (ms: number) => START + ms;
const numbers = (lines: readonly { text: string }[]) =>
  lines.map(({ text }) => Number(text.split(' ')[1]?.replace(/\.+$/, '')));

describe('readLogWindow', () => {
  it('needs one read when nothing was written after the window', async () => {
    const { read, asked } = container({ lines: 50, stepMs: 1_000 });
    const found = await readLogWindow(read, { from: START, to: later(60_000) }, 10);
    expect(numbers(found.lines)).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
    expect(found).toMatchObject({ earlier: true, later: false });
    expect(asked).toHaveLength(1);
  });

  it('says that there is nothing earlier when it read all', async () => {
    const { read } = container({ lines: 5, stepMs: 1_000 });
    const found = await readLogWindow(read, { from: START, to: later(60_000) }, 10);
    expect(found).toMatchObject({ earlier: false, later: false });
    expect(found.lines).toHaveLength(5);
  });

  it('asks for as many more lines as were written after the window', async () => {
    const { read, asked } = container({ lines: 50, stepMs: 1_000 });
    const found = await readLogWindow(read, { from: START, to: later(45_000) }, 10);
    expect(numbers(found.lines)).toEqual([36, 37, 38, 39, 40, 41, 42, 43, 44, 45]);
    expect(asked.map(({ tailLines }) => tailLines)).toEqual([10, 14]);
  });

  it('reads on from the beginning of the window when its end is far back', async () => {
    const { read, asked } = container({ lines: 5_000, stepMs: 1_000 });
    const found = await readLogWindow(read, { from: later(100_000), to: later(200_000) }, 10);
    expect(numbers(found.lines)).toEqual([191, 192, 193, 194, 195, 196, 197, 198, 199, 200]);
    expect(found).toMatchObject({ earlier: true, later: false });
    expect(asked).toHaveLength(2);
  });

  it('leaps to the end of a window in a log that is too long to read', async () => {
    // 20 MB within the window, 20 MB after it.
    const { read, asked } = container({ lines: 40_000, stepMs: 100, bytes: 1_000 });
    const found = await readLogWindow(read, { from: START, to: later(2_000_000) }, 5);
    expect(numbers(found.lines)).toEqual([19_996, 19_997, 19_998, 19_999, 20_000]);
    expect(found).toMatchObject({ earlier: true, later: false });
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('says so when the end of the window cannot be reached', async () => {
    const stuck = `${new Date(START).toISOString()} ${'x'.repeat(100)}\n`.repeat(40_000);
    const read = async ({ limitBytes }: LogPart) =>
      parseLog(stuck.slice(0, limitBytes), limitBytes);
    const found = await readLogWindow(read, { from: START, to: later(60_000) }, 5);
    expect(found).toMatchObject({ later: true });
    expect(found.lines).toHaveLength(5);
  });

  it('leaves out what is before the window though the API counts in seconds', async () => {
    const { read } = container({ lines: 10, stepMs: 300 });
    const found = await readLogWindow(read, { from: later(1_000), to: later(2_000) }, 10);
    expect(numbers(found.lines)).toEqual([4, 5, 6]);
  });
});
