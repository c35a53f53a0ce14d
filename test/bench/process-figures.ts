import { existsSync, readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface ProcessFigures {
  /** Resident memory now, and the most that it ever was, in bytes. */
  residentBytes: number;
  peakBytes: number;
  /** Processor time of all its threads, in milliseconds. */
  cpuMs: number;
}

/** Linux tells programs in ticks of 10 ms, whatever the kernel's own are: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICK_MS = 10;
const UTIME = 11;
const STIME = 12;

/** Null where there is no /proc. */
export function readFigures(pid: number): ProcessFigures | null {
  if (!existsSync(`/proc/${pid}/status`)) return null;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; the fields after it hold none.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    residentBytes: kilobytes(status, 'VmRSS') * 1024,
    peakBytes: kilobytes(status, 'VmHWM') * 1024,
    cpuMs: (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS,
  };
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
}
