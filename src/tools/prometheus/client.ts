import { z } from 'zod';
import type { TimeWindow } from '../../alert/window.ts';
import type { Redact } from '../../evidence/redact.ts';
import { DEFAULT_TIMEOUT_MS } from '../http.ts';
import {
  InstantAnswer,
  type InstantData,
  type Labels,
  MatrixAnswer,
  MetadataAnswer,
  type MetadataByMetric,
  NamesAnswer,
  type RuleInGroup,
  RulesAnswer,
  type Series,
  SeriesAnswer,
  type Target,
  TargetsAnswer,
} from './answers.ts';
import { limitNote, type NamespaceLimit, namespaceLimit } from './namespace-limit.ts';
import { labelValuesPath, type Read } from './read.ts';
import { createSend, type Send } from './send.ts';
import { onlyVisibleRules, onlyVisibleTargets, withMetadataOf } from './visible.ts';

export interface PrometheusConnection {
  url: string;
  headers?: Record<string, string> | undefined;
  /** When set, no series, rule, alert or target of another namespace is ever shown. At least one. */
  namespaces?: readonly string[] | undefined;
  /** The label that holds the namespace: `namespace` by default. */
  namespaceLabel?: string | undefined;
  timeoutMs?: number | undefined;
  /** The most that one answer may hold. */
  maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** `notes` are Prometheus' warnings and infos, and how the answer was limited. */
type Noted<T> = T & { notes: string[] };
type NamesPath = Extract<Read, { match: unknown }>['path'];

/** Asks Prometheus, or what speaks its API (Thanos, Mimir, VictoriaMetrics). All reject with `ToolError`. */
export interface PrometheusClient {
  queryRange(
    query: string,
    range: TimeWindow,
    stepSeconds: number,
    signal: AbortSignal,
  ): Promise<Noted<{ series: Series[] }>>;
  /** `at` is RFC 3339. */
  queryInstant(
    query: string,
    at: string,
    signal: AbortSignal,
  ): Promise<Noted<{ data: InstantData }>>;
  /** Series that had a sample in the range: at most `most`, where Prometheus knows such a limit. */
  series(
    match: string,
    range: TimeWindow,
    most: number,
    signal: AbortSignal,
  ): Promise<Noted<{ series: Labels[] }>>;
  labelNames(
    match: string | undefined,
    range: TimeWindow,
    signal: AbortSignal,
  ): Promise<Noted<{ names: string[] }>>;
  labelValues(
    label: string,
    match: string | undefined,
    range: TimeWindow,
    signal: AbortSignal,
  ): Promise<Noted<{ names: string[] }>>;
  /** Of one metric, or of all (null). Where namespaces are limited: of those that had series in the range. */
  metadata(
    metric: string | null,
    range: TimeWindow,
    signal: AbortSignal,
  ): Promise<Noted<{ metrics: MetadataByMetric }>>;
  /** As they are now; `hidden` more are about other namespaces. */
  rules(signal: AbortSignal): Promise<Noted<{ rules: RuleInGroup[]; hidden: number }>>;
  /** As they are now; `hidden` more are of other namespaces. */
  targets(signal: AbortSignal): Promise<Noted<{ targets: Target[]; hidden: number }>>;
  /** Only to see that it answers. */
  ping(signal: AbortSignal): Promise<void>;
}

/** @throws Error for namespaces that would limit nothing. */
export function createPrometheusClient(
  connection: PrometheusConnection,
  redact: Redact,
): PrometheusClient {
  const { url, headers = {}, namespaces, namespaceLabel } = connection;
  const limit = namespaces ? namespaceLimit(namespaces, namespaceLabel) : null;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = connection;
  const send = createSend(
    { system: 'Prometheus', url, headers, timeoutMs, maxBytes },
    limit,
    redact,
  );
  return {
    ...seriesReads(send, limit),
    ...catalogueReads(send, limit),
    async ping(signal) {
      const answer = z.object({ status: z.literal('success') });
      await send({ path: '/api/v1/query', query: 'vector(1)', params: {} }, answer, signal);
    },
  };
}

type SeriesReads = Pick<
  PrometheusClient,
  'queryRange' | 'queryInstant' | 'series' | 'labelNames' | 'labelValues'
>;

/** What PromQL selects: Prometheus itself applies the limit, which stands in each selector. */
function seriesReads(send: Send, limit: NamespaceLimit | null): SeriesReads {
  const noted = ({ warnings, infos }: { warnings: string[]; infos: string[] }) => ({
    notes: [...warnings, ...infos, ...limitNotes(limit)],
  });
  const names = async (
    path: NamesPath,
    match: string | undefined,
    range: TimeWindow,
    signal: AbortSignal,
  ) => {
    const answer = await send({ path, match, params: between(range) }, NamesAnswer, signal);
    return { names: answer.data, ...noted(answer) };
  };
  return {
    async queryRange(query, range, stepSeconds, signal) {
      const params = { ...between(range), step: String(stepSeconds) };
      const read: Read = { path: '/api/v1/query_range', query, params };
      const answer = await send(read, MatrixAnswer, signal);
      return { series: answer.data.result, ...noted(answer) };
    },
    async queryInstant(query, at, signal) {
      const read: Read = { path: '/api/v1/query', query, params: { time: at } };
      const answer = await send(read, InstantAnswer, signal);
      return { data: answer.data, ...noted(answer) };
    },
    async series(match, range, most, signal) {
      const params = { ...between(range), limit: String(most) };
      const answer = await send({ path: '/api/v1/series', match, params }, SeriesAnswer, signal);
      return { series: answer.data, ...noted(answer) };
    },
    labelNames: (match, range, signal) => names('/api/v1/labels', match, range, signal),
    labelValues: (label, match, range, signal) =>
      names(labelValuesPath(label), match, range, signal),
  };
}

/** What no PromQL selects, so that the answers are filtered here. */
function catalogueReads(
  send: Send,
  limit: NamespaceLimit | null,
): Pick<PrometheusClient, 'metadata' | 'rules' | 'targets'> {
  const notes = limitNotes(limit);
  return {
    async metadata(metric, range, signal) {
      const params: Record<string, string> = metric === null ? {} : { metric };
      const [{ data }, visible] = await Promise.all([
        send({ path: '/api/v1/metadata', params }, MetadataAnswer, signal),
        limit && seriesReads(send, limit).labelValues('__name__', undefined, range, signal),
      ]);
      return { metrics: visible ? withMetadataOf(data, visible.names) : data, notes };
    },
    async rules(signal) {
      const { data } = await send({ path: '/api/v1/rules', params: {} }, RulesAnswer, signal);
      const rules = data.groups.flatMap(({ name, rules: inGroup }) =>
        inGroup.map((rule) => ({ ...rule, group: name })),
      );
      return { ...onlyVisibleRules(rules, limit), notes };
    },
    async targets(signal) {
      const read: Read = { path: '/api/v1/targets', params: { state: 'active' } };
      const { data } = await send(read, TargetsAnswer, signal);
      return { ...onlyVisibleTargets(data.activeTargets, limit), notes };
    },
  };
}

function limitNotes(limit: NamespaceLimit | null): string[] {
  return limit === null ? [] : [limitNote(limit)];
}

function between({ from, to }: TimeWindow): { start: string; end: string } {
  return { start: from, end: to };
}
