import { createColors } from 'picocolors';
import { DeadlineExceeded, withDeadline } from '../lib/deadline.ts';
import type { ProbeResult } from '../lib/probe.ts';

/** Something to ask about one outside system. It reads, and changes nothing. */
export interface Probe {
  /** What the table calls the system when the probe itself gives no answer. */
  system: string;
  run(signal: AbortSignal): Promise<ProbeResult[]>;
}

export interface DoctorOptions {
  probes: readonly Probe[];
  write(text: string): void;
  colours: boolean;
  /** How long one probe may take. Default: 5,000. */
  deadlineMs?: number;
}

/** Asks every system at the same time, prints a table, and gives the exit code: 1 if anything failed. */
export async function runDoctor(options: DoctorOptions): Promise<0 | 1> {
  const { probes, write, colours, deadlineMs = 5_000 } = options;
  const results = await Promise.all(probes.map((probe) => ask(probe, deadlineMs)));
  const rows = results.flat();
  write(table(rows, colours));
  return rows.every((row) => row.ok) ? 0 : 1;
}

async function ask(probe: Probe, deadlineMs: number): Promise<ProbeResult[]> {
  try {
    return await withDeadline(deadlineMs, (signal) => probe.run(signal));
  } catch (error) {
    const failed = { system: probe.system, ok: false };
    if (error instanceof DeadlineExceeded) {
      const advice = 'check its address, and that nothing between here and it drops packets';
      return [{ ...failed, detail: error.message, advice }];
    }
    const detail = error instanceof Error ? error.message : String(error);
    return [{ ...failed, detail, advice: 'this check itself broke: please report it' }];
  }
}

const titles = ['SYSTEM', 'STATE', 'DETAIL', 'WHAT TO DO'];

/** The rows as an aligned table that ends in a summary. */
export function table(rows: readonly ProbeResult[], colours: boolean): string {
  const paint = createColors(colours);
  const cells = rows.map(({ system, ok, detail, advice }) =>
    [system, ok ? 'ok' : 'failed', detail, advice ?? ''].map(oneLine),
  );
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  const body = cells.map((row) => {
    const [system = '', state = '', ...rest] = lineOf(row);
    const shade = row[1] === 'ok' ? paint.green : paint.red;
    return [system, shade(state), ...rest].join('  ').trimEnd();
  });
  const failed = rows.filter((row) => !row.ok).length;
  const summary = failed === 0 ? summaryOf(rows) : `${failed} of ${rows.length} failed.`;
  return `${[paint.bold(lineOf(titles).join('  ').trimEnd()), ...body, '', summary].join('\n')}\n`;
}

/** What is not configured does not fail, and cannot be said to work either. */
function summaryOf(rows: readonly ProbeResult[]): string {
  const settled = rows.every(({ advice }) => advice === null);
  return settled ? 'Everything works.' : 'Nothing failed, but there is something to do.';
}

/** What systems answer comes from outside: no line breaks, no terminal escapes. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{C}/gu, '').trim();
}
