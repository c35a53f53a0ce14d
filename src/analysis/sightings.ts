import type { TimeWindow } from '../alert/window.ts';
import type { Cluster } from './cluster.ts';
import { isInTrouble } from './health.ts';
import type { LogSignature } from './log-signatures/signature.ts';
import { readLine } from './log-signatures/signatures.ts';
import type { LogEntry, Logs } from './logs.ts';
import { keyOf, type ObjectRef } from './object-ref.ts';
import type { Symptom } from './symptom.ts';

/** One workload saying one thing, however often. */
export interface Sighting {
  signature: LogSignature;
  workload: ObjectRef;
  /** Whether the workload is itself in trouble: not ready, or restarted within the window. */
  inTrouble: boolean;
  /** The oldest first. */
  entries: readonly [LogEntry, ...LogEntry[]];
  /** What the words name, of the newest that names it. */
  names: Readonly<Record<string, string>>;
  count: number;
  since: string;
}

/** Levels at which nobody gives up. */
const CALM = /\b(?:INFO|DEBUG|TRACE|NOTICE)\b|\blevel["']?[=:]\s?["']?(?:info|debug|trace)\b/;
/** A workload that is well still counts when it says it about when the symptom was there. */
const NEAR_MS = 20 * 60_000;
/** What it has said from the start of the window on is what it always says. */
const QUIET_MS = 10 * 60_000;

/**
 * What workloads say that matters: those in trouble, and those that are well where it is new, more than before, or near
 * the symptom. Retries at a start that went well, and what is said every day, are left out.
 */
export function sightingsOf(
  logs: Logs,
  cluster: Cluster,
  symptom: Symptom,
  window: TimeWindow,
): Sighting[] {
  const told = distinct(logs.entries).flatMap((entry) => {
    const read = entry.workload === null ? null : readLine(entry.text);
    if (read?.signature.onlyInTrouble && CALM.test(entry.text.slice(0, 200))) return [];
    return read && entry.workload ? [{ entry, workload: entry.workload, ...read }] : [];
  });
  const shifts = shiftsOf(logs);
  const groups = Map.groupBy(
    told,
    ({ workload, signature }) => `${keyOf(workload)} ${signature.pattern}`,
  );
  return [...groups.values()].flatMap((group): Sighting[] => {
    const [first, ...rest] = group;
    if (first === undefined) return [];
    const { signature, workload } = first;
    const inTrouble = isInTrouble(workload, cluster, window);
    const sighting: Sighting = {
      signature,
      workload,
      inTrouble,
      entries: [first.entry, ...rest.map(({ entry }) => entry)],
      names: Object.assign({}, ...group.map(({ match }) => named(match))),
      count: group.reduce((sum, { entry }) => sum + entry.count, 0),
      since: first.entry.at,
    };
    const counts =
      inTrouble ||
      (!signature.onlyInTrouble &&
        isNews(sighting, shifts.get(String(signature.pattern)), symptom, window));
    return counts ? [sighting] : [];
  });
}

/** A line comes by several ways, each with its own precision of time. */
function distinct(entries: readonly LogEntry[]): LogEntry[] {
  const byLine = new Map<string, LogEntry>();
  for (const entry of entries) {
    const key = `${entry.namespace}/${entry.pod} ${Date.parse(entry.at)} ${entry.text}`;
    if (!byLine.has(key)) byLine.set(key, entry);
  }
  return [...byLine.values()];
}

function named({ groups = {} }: RegExpExecArray): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** By signature, whether the patterns of the namespace have it as news. */
function shiftsOf({ patterns }: Logs): Map<string, boolean> {
  const shifts = new Map<string, boolean>();
  for (const { example, shift } of patterns) {
    const read = shift === null ? null : readLine(example);
    if (read === null) continue;
    const key = String(read.signature.pattern);
    shifts.set(key, shifts.get(key) === true || shift === 'new' || shift === 'more');
  }
  return shifts;
}

function isNews(
  { entries }: Sighting,
  shifted: boolean | undefined,
  symptom: Symptom,
  window: TimeWindow,
): boolean {
  const [first] = entries;
  const last = entries.at(-1) ?? first;
  const since = Date.parse(symptom.since ?? window.to);
  if (Date.parse(last.at) < since - NEAR_MS) return false;
  if (shifted !== undefined) return shifted;
  return Date.parse(first.at) > Date.parse(window.from) + QUIET_MS;
}
