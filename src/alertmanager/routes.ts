import { z } from 'zod';
import type { LabelSet } from '../alert/alert.ts';
import { durationMs } from './duration.ts';
import { goQuote } from './go-quote.ts';
import { equalTo, like, type Matcher, parseMatcher } from './matcher.ts';

/** Alertmanager's own default. */
const GROUP_INTERVAL_MS = 5 * 60_000;

const Texts = z.record(z.string(), z.string()).default({});

/** A route as Alertmanager writes it into `config.original`, as far as it makes keys. */
const RouteSection = z.object({
  receiver: z.string().optional(),
  group_by: z.array(z.string()).optional(),
  group_interval: z.string().optional(),
  match: Texts,
  match_re: Texts,
  matchers: z.array(z.string()).default([]),
  continue: z.boolean().default(false),
  mute_time_intervals: z.array(z.string()).default([]),
  active_time_intervals: z.array(z.string()).default([]),
  routes: z.array(z.unknown()).default([]),
});

/** A node of the routing tree, with what it takes over from the one above. */
export interface Route {
  key: string;
  receiver: string;
  groupBy: string[];
  /** How long an alert that is new to a group which was told of already waits. */
  groupIntervalMs: number;
  matchers: Matcher[];
  goesOn: boolean;
  /** Whether it is silent at set times, which versions before 0.28 do not tell of an alert. */
  timed: boolean;
  routes: Route[];
}

/**
 * The routing tree out of the configuration that an Alertmanager shows of itself.
 * @throws when it is none.
 */
export function routeTree(config: unknown): Route {
  const { route } = z.object({ route: z.unknown() }).parse(config);
  return routeOf(route, null);
}

function routeOf(section: unknown, parent: Route | null): Route {
  const given = RouteSection.parse(section);
  const matchers = [
    ...Object.entries(given.match).map(([name, value]) => equalTo(name, value)),
    ...Object.entries(given.match_re).map(([name, value]) => like(name, value)),
    ...given.matchers.map(matcherOf),
  ].sort((a, b) => order(a.name, b.name) || order(a.text, b.text));
  const own = `{${matchers.map(({ text }) => text).join(',')}}`;
  const route: Route = {
    key: parent === null ? own : `${parent.key}/${own}`,
    receiver: given.receiver ?? parent?.receiver ?? '',
    groupBy: given.group_by ?? parent?.groupBy ?? [],
    groupIntervalMs: intervalOf(given.group_interval, parent),
    matchers,
    goesOn: given.continue,
    timed: given.mute_time_intervals.length + given.active_time_intervals.length > 0,
    routes: [],
  };
  return { ...route, routes: given.routes.map((child) => routeOf(child, route)) };
}

function intervalOf(given: string | undefined, parent: Route | null): number {
  if (given !== undefined) return durationMs(given);
  return parent?.groupIntervalMs ?? GROUP_INTERVAL_MS;
}

function matcherOf(text: string): Matcher {
  return parseMatcher(text) ?? { name: text, text, matches: () => null };
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The route by which an alert gets into a group, of which the API tells no more than receiver and labels. Null
 * when that cannot be told. Of two that differ in nothing else the first: so would be their groups.
 */
export function routeTo(
  tree: Route,
  group: { receiver: string; labels: LabelSet },
  alert: LabelSet,
): Route | null {
  const taken = routesOf(tree, alert);
  return taken?.find((route) => makes(route, group, alert)) ?? null;
}

/** Where an alert goes: as Alertmanager, depth first, and on to the next sibling only where told to. */
function routesOf(route: Route, alert: LabelSet): Route[] | null {
  const matches = route.matchers.map((matcher) => matcher.matches(alert));
  if (matches.includes(false)) return [];
  if (matches.includes(null)) return null;
  const found: Route[] = [];
  for (const child of route.routes) {
    const taken = routesOf(child, alert);
    if (taken === null) return null;
    found.push(...taken);
    if (taken.length > 0 && !child.goesOn) break;
  }
  return found.length === 0 ? [route] : found;
}

function makes(
  route: Route,
  group: { receiver: string; labels: LabelSet },
  alert: LabelSet,
): boolean {
  if (route.receiver !== group.receiver) return false;
  const names = route.groupBy.includes('...') ? Object.keys(alert) : route.groupBy;
  const labels = names.filter((name) => Object.hasOwn(alert, name));
  return (
    labels.length === Object.keys(group.labels).length &&
    labels.every((name) => group.labels[name] === alert[name])
  );
}

/** The `groupKey` of the webhooks of a group: `{}/{team="a"}:{alertname="X", namespace="shop"}`. */
export function groupKeyOf(route: Route, labels: LabelSet): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${goQuote(value)}`);
  return `${route.key}:{${pairs.sort(order).join(', ')}}`;
}
