import type { Analyser } from '../../finding.ts';
import { connectionPool } from './connection-pool.ts';
import { storeCredentials } from './credentials.ts';
import { queueLength } from './queue-length.ts';
import { saidOfStores } from './said-of-stores.ts';
import { storeAddress } from './store-address.ts';
import { storeSettings } from './store-settings.ts';

/** Databases, caches and queues, and who uses them. */
export const stores: readonly Analyser[] = [
  connectionPool,
  storeCredentials,
  storeAddress,
  storeSettings,
  ...saidOfStores,
  queueLength,
];
