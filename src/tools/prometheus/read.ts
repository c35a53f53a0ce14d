import { enforceNamespaces, enforceSelector } from './enforce-namespaces.ts';
import { withoutCopies } from './label-copies.ts';
import type { NamespaceLimit } from './namespace-limit.ts';

/**
 * Everything that is ever asked of Prometheus. What selects series does so by PromQL: `query`, or `match`,
 * without which every series is meant. The third kind selects nothing, so its answers have to be filtered.
 */
export type Read =
  | {
      path: '/api/v1/query' | '/api/v1/query_range';
      query: string;
      params: Record<string, string>;
    }
  | {
      path: '/api/v1/series' | '/api/v1/labels' | `/api/v1/label/${string}/values`;
      match: string | undefined;
      params: Record<string, string>;
    }
  | {
      path: '/api/v1/metadata' | '/api/v1/rules' | '/api/v1/targets';
      params: Record<string, string>;
    };

/**
 * The parameters of a request, with its PromQL held to the limit and to what any query may do. The one way from a read to the wire.
 *
 * @throws ToolError when the query cannot be limited, or may not be asked at all.
 */
export function paramsOf(read: Read, limit: NamespaceLimit | null): URLSearchParams {
  const params = new URLSearchParams(read.params);
  if ('query' in read) {
    params.set(
      'query',
      limit === null ? withoutCopies(read.query) : enforceNamespaces(read.query, limit),
    );
  }
  if ('match' in read) {
    if (limit !== null) params.set('match[]', enforceSelector(read.match ?? '{}', limit));
    else if (read.match !== undefined) params.set('match[]', read.match);
  }
  return params;
}

/**
 * The path of a label's values. Names outside of the old alphabet are written as Prometheus 3 escapes them,
 * so that no name can lead to another path.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values
 */
export function labelValuesPath(label: string): `/api/v1/label/${string}/values` {
  const plain = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && !label.startsWith('U__');
  return `/api/v1/label/${plain ? label : escapeLabelName(label)}/values`;
}

function escapeLabelName(label: string): string {
  const escaped = Array.from(label.toWellFormed(), (character) => {
    if (character === '_') return '__';
    if (/[a-zA-Z0-9]/.test(character)) return character;
    return `_${character.codePointAt(0)?.toString(16) ?? ''}_`;
  });
  return `U__${escaped.join('')}`;
}
