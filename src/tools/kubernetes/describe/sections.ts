import { alignColumns } from '../../table.ts';
import { clockTime, commonDay } from '../clock-times.ts';
import type { ConditionDetail } from '../condition-detail.ts';
import type { ContainerSpecDetail, EnvDetail } from '../container-detail.ts';
import type { EventSummary } from '../object-events.ts';
import { instant, joined, oneLine, pairs } from '../wording.ts';
import type { ReferencedConfigMap } from './config-maps.ts';

const MAX_EVENTS = 50;
const MAX_KEYS = 40;

/** A title and indented lines; nothing when there are none. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

/** What keeps it from working, where nobody can miss it. */
export function problemLines(problems: readonly string[]): string[] {
  return problems.map((problem) => `PROBLEM: ${problem}`);
}

/** The facts of a container's spec, by label; what is empty is left out by {@link renderFacts}. */
export function containerFacts(container: ContainerSpecDetail): [label: string, fact: string][] {
  const { requests, limits, probes, init } = container;
  return [
    ['limits', pairs(limits) || (init ? '' : 'none')],
    ['requests', pairs(requests) || (init ? '' : 'none')],
    ['command', oneLine(container.command)],
    ['ports', container.ports.join(', ')],
    ...Object.entries(probes).map(([kind, probe]): [string, string] => [kind, probe]),
    ['env', container.env.map(renderEnv).join('; ')],
    ['env from', container.envFrom.join(', ')],
    ['mounts', container.mounts.join(', ')],
  ];
}

function renderEnv({ name, value, from }: EnvDetail): string {
  return from === null ? `${name}=${oneLine(value ?? '')}` : `${name} from ${from}`;
}

/** Aligned, without those that are empty. */
export function renderFacts(facts: readonly [label: string, fact: string][]): string[] {
  return alignColumns(facts.filter(([, fact]) => fact !== ''));
}

export function renderContainer(
  { name, image, init }: ContainerSpecDetail,
  facts: readonly [label: string, fact: string][],
): string[] {
  return [`${init ? 'init ' : ''}${name}: ${image}`, ...renderFacts(facts).map((it) => `  ${it}`)];
}

/** A line for those that changed together and say the same, such as Ready and ContainersReady. */
export function renderConditions(conditions: readonly ConditionDetail[]): string[] {
  const rows = conditions.map(({ type, status, reason, message, since }) => ({
    type,
    said: [status, instant(since), joined([reason, oneLine(message)], ': ')],
  }));
  const alike = Map.groupBy(rows, ({ said }) => JSON.stringify(said));
  return alignColumns(
    [...alike.values()].map((group) => [
      group.map(({ type }) => type).join(', '),
      ...(group[0]?.said ?? []),
    ]),
  );
}

export function renderConfigMaps(configMaps: readonly ReferencedConfigMap[]): string[] {
  return configMaps.map(({ name, keys }) => {
    if (keys === null) return `${name}: does not exist`;
    const left = keys.length - MAX_KEYS;
    const shown = keys.slice(0, MAX_KEYS).join(', ');
    return `${name}: ${left > 0 ? `${shown} and ${left} more` : shown || 'empty'}`;
  });
}

export function renderEvents(events: readonly EventSummary[]): string[] {
  if (events.length === 0) return ['Events: none (the cluster forgets them after about an hour)'];
  const shown = events.slice(-MAX_EVENTS);
  const day = commonDay(shown.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]));
  const rows = shown.map((event) => [
    clockTime(event.lastAt, day),
    event.type,
    event.count > 1
      ? `${event.reason} x${event.count} since ${clockTime(event.firstAt, day)}`
      : event.reason,
    joined([event.from, oneLine(event.message)], ': '),
  ]);
  const cut = events.length - shown.length;
  const left = cut === 0 ? '' : ` (${cut} older ones left out)`;
  const of = day === null ? '' : ` of ${day}`;
  return section(`Events${of}, oldest first${left}:`, alignColumns(rows));
}
