import { z } from 'zod';
import type { LabelSet } from '../alert/alert.ts';
import { Labels, MaybeStartTime, MaybeText, storable } from '../alert/fields.ts';

/*
 * The details of an alert in PagerDuty, which are whatever its sender put there. Alertmanager lists the alerts of
 * the group under `firing` and `resolved`: as JSON lately, before that, and in Grafana, as text.
 * https://github.com/prometheus/alertmanager/blob/main/template/default.tmpl (__text_alert_list)
 */

const MaybeLabels = Labels.nullish().catch(null);

const Listed = z.object({
  labels: Labels,
  annotations: MaybeLabels,
  startsAt: MaybeStartTime,
  endsAt: MaybeStartTime,
  generatorURL: MaybeText,
  fingerprint: MaybeText,
});
/** An alert of Alertmanager, as far as the details tell of it. */
export type ListedAlert = z.infer<typeof Listed>;

/** The alerts that one of `firing` and `resolved` lists; none when it is not of Alertmanager. */
export function alertsListedIn(value: unknown): ListedAlert[] {
  const items = typeof value === 'string' ? itemsInText(value) : value;
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => {
    const listed = Listed.safeParse(item);
    return listed.success && Object.keys(listed.data.labels).length > 0 ? [listed.data] : [];
  });
}

function itemsInText(text: string): unknown {
  if (!text.trimStart().startsWith('[')) return alertsInText(text);
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}

interface TextAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  generatorURL: string;
}

/**
 * ```
 * Labels:
 *  - alertname = CheckoutOOM
 * Annotations:
 *  - summary = A text of several
 * lines.
 * Source: http://prometheus/graph?g0.expr=…
 * ```
 * A line that is none of these goes on with the value before it.
 */
function alertsInText(text: string): TextAlert[] {
  const alerts: TextAlert[] = [];
  let section: 'labels' | 'annotations' | null = null;
  let name: string | null = null;
  for (const line of text.split('\n')) {
    const alert = alerts.at(-1);
    const [, source] = /^Source:(?: (.*))?$/.exec(line) ?? [];
    if (section === null || alert === undefined) {
      if (line !== 'Labels:') continue;
      alerts.push({ labels: {}, annotations: {}, generatorURL: '' });
      section = 'labels';
      name = null;
    } else if (line === 'Annotations:') {
      section = 'annotations';
      name = null;
    } else if (line.startsWith('Source:') && section === 'annotations') {
      alert.generatorURL = source ?? '';
      section = null;
    } else {
      const entry = entryIn(line);
      if (entry !== null) {
        name = entry.name;
        alert[section][name] = entry.value;
      } else if (name !== null) {
        alert[section][name] += `\n${line}`;
      }
    }
  }
  return alerts;
}

function entryIn(line: string): { name: string; value: string } | null {
  const sign = line.indexOf(' = ');
  if (!line.startsWith(' - ') || sign < 4) return null;
  return { name: line.slice(3, sign), value: line.slice(sign + 3) };
}

/** What Alertmanager's own template says besides the alerts. */
const COUNTS = new Set(['firing', 'resolved', 'num_firing', 'num_resolved']);

/** More than anybody reads. */
const MAX_EXTRAS = 64;
const MAX_NAME = 128;
const MAX_ANNOTATION = 4_000;

/**
 * What else the details say. A word under a name that a label can have is a label, because others tell of a
 * cluster or a namespace so; the rest are annotations.
 */
export function extrasIn(details: unknown): { labels: LabelSet; annotations: LabelSet } {
  const labels: LabelSet = {};
  const annotations: LabelSet = {};
  for (const [key, value] of entriesOf(details).slice(0, MAX_EXTRAS)) {
    const name = storable(key.slice(0, MAX_NAME));
    const text = storable(textOf(value).slice(0, MAX_ANNOTATION));
    if (text === '' || COUNTS.has(name)) continue;
    const isLabel = /^[a-zA-Z_][\w./-]*$/.test(name) && isWord(text) && typeof value !== 'object';
    const set = isLabel ? labels : annotations;
    set[name] = text;
  }
  return { labels, annotations };
}

function entriesOf(details: unknown): [string, unknown][] {
  if (typeof details === 'string') return [['details of PagerDuty', details]];
  const isObject = typeof details === 'object' && details !== null && !Array.isArray(details);
  return isObject ? Object.entries(details) : [];
}

function isWord(text: string): boolean {
  return /^\S{1,128}$/.test(text) && !text.includes('://');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
