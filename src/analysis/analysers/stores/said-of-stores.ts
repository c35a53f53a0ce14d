import type { Analyser } from '../../finding.ts';
import { saidAnalyser } from '../said.ts';

/** What clients say of their stores and brokers, and these of themselves. */
export const saidOfStores: readonly Analyser[] = [
  saidAnalyser('database-read-only', 'databases that refuse writes'),
  saidAnalyser('database-slow', 'queries that take too long'),
  saidAnalyser('replication-lag', 'replicas that lag behind'),
  saidAnalyser('cache-failure', 'caches that are full or out of service'),
  saidAnalyser('queue-backlog', 'queues that are full and consumers that are behind'),
];
