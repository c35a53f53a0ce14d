import { openDatabase } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { aDelivery, anIncident } from './samples.ts';

/** Records incidents until it is killed, and prints the id of each one that was acknowledged. */
const [dataDir = ''] = process.argv.slice(2);
const store = await openStore(await openDatabase({ dataDir }));

async function write(): Promise<never> {
  for (;;) {
    const incident = anIncident({ groupId: crypto.randomUUID() });
    await store.record(incident.groupId, aDelivery(), () => ({
      decision: { kind: 'open', reason: 'first-seen' },
      incident,
    }));
    console.log(incident.id);
  }
}
await Promise.all([write(), write(), write()]);
