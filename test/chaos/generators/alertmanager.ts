import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { findMonitoring, startAlertmanager } from '../../e2e/monitoring.ts';
import { WEBHOOK_TOKEN } from '../../e2e/world.ts';
import { type Generator, GROUP_MAX, type Outside, PAUSE_MS } from './generator.ts';
import { bodyOf } from './payload.ts';

/** The real Alertmanager: its batches, its retries and its resolved notifications. */
export async function openAlertmanager({ recorder, dir }: Outside): Promise<Generator | null> {
  const binaries = findMonitoring();
  if (binaries === null) return null;
  const webhook = { url: `${recorder.url}/webhooks/alertmanager`, token: WEBHOOK_TOKEN };
  const alertmanager = await startAlertmanager(binaries.alertmanager, { dir, webhook });
  const fire = async (name: string, ids: readonly string[], endsAt: Date) => {
    const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(alertsOf(name, ids, endsAt)),
    });
    if (!response.ok) throw new Error(`Alertmanager refused alerts: ${await response.text()}`);
  };
  const inAnHour = () => new Date(Date.now() + 3_600_000);
  return {
    name: 'Alertmanager',
    groupMax: GROUP_MAX,
    async play({ name, first, all, resolves }, random) {
      await fire(name, first, inAnHour());
      await setTimeout(random.int(PAUSE_MS));
      await fire(name, all, inAnHour());
      await recorder.took(all);
      if (resolves) await fire(name, all, new Date());
    },
  };
}

const Posted = z.object({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.string(),
  generatorURL: z.string(),
});

function alertsOf(name: string, ids: readonly string[], endsAt: Date) {
  return bodyOf(name, ids, 'firing').alerts.map((alert) => ({
    ...Posted.parse(alert),
    endsAt: endsAt.toISOString(),
  }));
}
