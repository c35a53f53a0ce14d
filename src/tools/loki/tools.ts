import type { Tool } from '../tool.ts';
import type { LokiClient } from './client.ts';
import { searchLogs } from './search-logs.ts';

/** Every tool that asks Loki. */
export function lokiTools(client: LokiClient): Tool[] {
  return [searchLogs(client)];
}
