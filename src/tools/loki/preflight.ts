import { ToolError } from '../tool.ts';
import type { IndexStats } from './answers.ts';
import { formatBytes } from './bytes.ts';
import type { LokiClient } from './client.ts';
import { parseLogql } from './logql.ts';
import type { NsRange } from './nanoseconds.ts';

/**
 * What the index knows of a query's selector before the query runs; null where nothing is known. A query
 * that would have to read more than `maxScanBytes` is refused. One without a filter stops at its limit of
 * lines, so it never is, unless `readsAll`.
 *
 * The index may not know lines of the last minutes, which the ingesters still hold, so a zero is no reason
 * to leave the query out: https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-log-statistics
 *
 * @throws ToolError that says how to narrow.
 */
export async function preflight(
  client: LokiClient,
  { query, range, readsAll = false }: { query: string; range: NsRange; readsAll?: boolean },
  signal: AbortSignal,
): Promise<IndexStats | null> {
  const { selectors, filtered, errorAt } = parseLogql(query);
  const [selector] = selectors;
  // What is no LogQL here is left to Loki, which says in its own words what is wrong.
  if (errorAt !== null || selector === undefined) return null;
  const stats = await client.stats(query.slice(selector.from, selector.to), range, signal);
  if (stats !== null && (filtered || readsAll) && stats.bytes > client.maxScanBytes) {
    throw new ToolError(
      `Not run: ${query} would read about ${formatBytes(stats.bytes)} in ${stats.streams} streams, and ` +
        `${formatBytes(client.maxScanBytes)} is the most. Add labels to the selector (app, container, pod: ` +
        'log_labels lists them), or shorten since.',
    );
  }
  return stats;
}
