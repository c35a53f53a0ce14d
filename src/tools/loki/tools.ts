import type { Tool } from '../tool.ts';
import type { LokiClient } from './client.ts';
import { logContext } from './log-context.ts';
import { logLabels } from './log-labels.ts';
import { logPatterns } from './log-patterns.ts';
import { logVolume } from './log-volume.ts';
import { searchLogs } from './search-logs.ts';

/** Every tool that asks Loki. */
export function lokiTools(client: LokiClient): Tool[] {
  return [
    searchLogs(client),
    logPatterns(client),
    logContext(client),
    logLabels(client),
    logVolume(client),
  ];
}
