import { parse } from 'yaml';
import { z } from 'zod';
import type { Alert, LabelSet } from '../alert/alert.ts';
import { Labels, MaybeText, StartTime, Text } from '../alert/fields.ts';
import { ask, type Endpoint } from '../tools/http.ts';
import { ToolError } from '../tools/tool.ts';
import { groupKeyOf, type Route, routeTo, routeTree } from './routes.ts';

export interface AlertmanagerOptions {
  url: string;
  headers: Record<string, string>;
  /** Those whose webhooks come here. */
  receivers: readonly string[];
  /** How long one request may take. Default: 10,000. */
  timeoutMs?: number;
}

/** An alert that fires, and what keeps Alertmanager from notifying of it, in words; empty: nothing does. */
interface WatchedAlert {
  alert: Alert;
  suppressedBy: string[];
}

/** A group of alerts that fire, as its webhook names it. */
export interface WatchedGroup {
  receiver: string;
  /** Null when the route that leads to it cannot be told, or whether it is silent now. */
  groupKey: string | null;
  groupLabels: LabelSet;
  /** How long its webhook keeps back what is new, once it has told of the group. */
  groupIntervalMs: number;
  externalUrl: string;
  alerts: WatchedAlert[];
}

export interface AlertmanagerClient {
  readonly receivers: readonly string[];
  /**
   * What fires now for its receivers.
   * @throws ToolError in words without host or header; the signal's reason when aborted.
   */
  look(signal: AbortSignal): Promise<WatchedGroup[]>;
}

const Names = z.array(Text).default([]);
const GroupedAlert = z.object({
  labels: Labels,
  annotations: Labels,
  startsAt: StartTime,
  generatorURL: MaybeText,
  fingerprint: Text.pipe(z.string().min(1)),
  status: z.object({ silencedBy: Names, inhibitedBy: Names, mutedBy: z.array(Text).optional() }),
});
type GroupedAlert = z.infer<typeof GroupedAlert>;
const Group = z.object({
  labels: Labels,
  receiver: z.object({ name: Text }),
  alerts: z.array(GroupedAlert),
});
const Status = z.object({ config: z.object({ original: z.string() }) });

/**
 * Asks for groups and not for alerts (`/api/v2/alerts`), because only these tell how Alertmanager groups them, and
 * for its configuration, because only that tells by which route. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function createAlertmanagerClient({
  url,
  headers,
  receivers,
  timeoutMs = 10_000,
}: AlertmanagerOptions): AlertmanagerClient {
  const system = 'Alertmanager';
  const endpoint: Endpoint = { system, url, headers, timeoutMs, maxBytes: 64 * 1024 * 1024 };
  return {
    receivers,
    async look(signal) {
      const every = { active: 'true', silenced: 'true', inhibited: 'true', muted: 'true' };
      const [status, groups] = await Promise.all([
        get(endpoint, '/api/v2/status', {}, Status, signal),
        get(endpoint, '/api/v2/alerts/groups', every, z.array(Group), signal),
      ]);
      const tree = treeOf(status.config.original);
      return groups
        .filter(({ receiver }) => receivers.includes(receiver.name))
        .map((group) => watchedGroup(group, tree, url));
    },
  };
}

async function get<T>(
  endpoint: Endpoint,
  path: string,
  params: Record<string, string>,
  what: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const query = { method: 'GET' as const, path, params: new URLSearchParams(params), signal };
  const { status, body } = await ask(endpoint, query);
  if (status !== 200) throw new ToolError(`Alertmanager answered ${path} with HTTP ${status}.`);
  const answer = what.safeParse(jsonOf(body));
  // A part that cannot be read must not pass for alerts that have ended.
  if (!answer.success) throw new ToolError(`Alertmanager's answer to ${path} cannot be read.`);
  return answer.data;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function treeOf(config: string): Route {
  try {
    return routeTree(parse(config));
  } catch {
    throw new ToolError("Alertmanager's configuration, as it shows it, has no route.");
  }
}

function watchedGroup(group: z.infer<typeof Group>, tree: Route, url: string): WatchedGroup {
  const { labels, receiver, alerts } = group;
  const [first] = alerts;
  const named = { receiver: receiver.name, labels };
  const route = first === undefined ? null : routeTo(tree, named, first.labels);
  const maySleep = route?.timed === true && first?.status.mutedBy === undefined;
  return {
    receiver: receiver.name,
    groupKey: route === null || maySleep ? null : groupKeyOf(route, labels),
    groupLabels: labels,
    groupIntervalMs: route?.groupIntervalMs ?? 0,
    externalUrl: url,
    alerts: alerts.map(watchedAlert),
  };
}

function watchedAlert(given: GroupedAlert): WatchedAlert {
  const { labels, annotations, startsAt, generatorURL, fingerprint, status } = given;
  const by = (how: string, names: string[]) => names.map((name) => `${how} ${name}`);
  return {
    alert: {
      status: 'firing',
      labels,
      annotations,
      startsAt,
      endsAt: null,
      generatorUrl: generatorURL || null,
      fingerprint,
    },
    suppressedBy: [
      ...by('silence', status.silencedBy),
      ...by('inhibition by', status.inhibitedBy),
      ...by('mute interval', status.mutedBy ?? []),
    ],
  };
}
