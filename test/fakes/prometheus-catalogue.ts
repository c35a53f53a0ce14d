import type { FakeReply, FakeRequest } from './http-fake.ts';

type Labels = Record<string, string>;

/** What Prometheus knows besides samples. */
export interface FakeCatalogue {
  metadata?: Record<string, readonly { type: string; help: string; unit: string }[]>;
  /** As `/api/v1/rules` gives them. */
  ruleGroups?: readonly { name: string; rules: readonly object[] }[];
  /** As `/api/v1/targets` gives them. */
  targets?: readonly { labels: Labels; health: string; [field: string]: unknown }[];
}

/** The endpoints that select no samples. Null for a path that is none of theirs. */
export function catalogueReply(
  { method, path, params }: FakeRequest,
  series: readonly Labels[],
  { metadata = {}, ruleGroups = [], targets = [] }: FakeCatalogue,
): FakeReply | null {
  const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (label !== undefined) return labelValues(label, params, series);
  switch (`${method} ${path}`) {
    case 'POST /api/v1/series':
      return seriesReply(params, series);
    case 'POST /api/v1/labels':
      return names(params, series, (labels) => Object.keys(labels));
    case 'GET /api/v1/metadata': {
      const metric = params.get('metric');
      const wanted = Object.entries(metadata).filter(([name]) => !metric || name === metric);
      return success(Object.fromEntries(wanted));
    }
    case 'GET /api/v1/rules':
      return success({ groups: ruleGroups });
    case 'GET /api/v1/targets':
      return success({ activeTargets: targets, droppedTargets: [] });
    default:
      return null;
  }
}

function seriesReply(params: URLSearchParams, series: readonly Labels[]): FakeReply {
  if (!params.has('match[]')) return badData('no match[] parameter provided');
  const found = matching(params, series);
  if (found === null) return badSelector(params);
  const limit = Number(params.get('limit') ?? 0) || found.length;
  const cut = found.length > limit ? { warnings: ['results truncated due to limit'] } : {};
  return success(found.slice(0, limit), cut);
}

function labelValues(label: string, params: URLSearchParams, series: readonly Labels[]): FakeReply {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) return badData(`invalid label name: "${label}"`);
  return names(params, series, (labels) => [labels[label] ?? '']);
}

function names(
  params: URLSearchParams,
  series: readonly Labels[],
  of: (labels: Labels) => string[],
): FakeReply {
  const found = matching(params, series);
  if (found === null) return badSelector(params);
  return success([...new Set(found.flatMap(of))].filter((name) => name !== '').sort());
}

/** Those that the selector matches; all without one; null when it is none. */
function matching(params: URLSearchParams, series: readonly Labels[]): readonly Labels[] | null {
  const selector = params.get('match[]');
  if (selector === null) return series;
  const parsed = /^\s*([a-zA-Z_:][\w:]*)?\s*(?:\{(.*)\})?\s*$/s.exec(selector);
  if (!parsed) return null;
  const [, name, inner = ''] = parsed;
  const matchers = inner.matchAll(/([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")/g);
  const conditions = [...matchers].map(([, label = '', operator, value = '""']) => ({
    label,
    holds: condition(operator, JSON.parse(value)),
  }));
  return series.filter(
    (labels) =>
      (name === undefined || labels.__name__ === name) &&
      conditions.every(({ label, holds }) => holds(labels[label] ?? '')),
  );
}

function condition(operator: string | undefined, value: string): (text: string) => boolean {
  const equal = operator === '=' || operator === '=~';
  const pattern = new RegExp(`^(?:${value})$`);
  const matches = operator?.endsWith('~')
    ? (text: string) => pattern.test(text)
    : (text: string) => text === value;
  return (text) => matches(text) === equal;
}

function success(data: unknown, more: object = {}): FakeReply {
  return { status: 200, body: { status: 'success', data, ...more } };
}

function badSelector(params: URLSearchParams): FakeReply {
  const at = (params.get('match[]')?.search(/[([]/) ?? 0) + 1;
  return badData(`invalid parameter "match[]": 1:${at}: parse error: unexpected "("`);
}

function badData(error: string): FakeReply {
  return { status: 400, body: { status: 'error', errorType: 'bad_data', error } };
}
