import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { findMonitoring, startAlertmanager } from '../e2e/monitoring.ts';
import { alertBody } from '../e2e/shop.ts';
import { post, WEBHOOK_TOKEN } from '../e2e/world.ts';
import type { Random } from '../evidence/random.ts';
import type { Recorder } from './recorder.ts';

/** Alerts that belong together, and how their night goes. */
export interface Group {
  name: string;
  /** The alerts that fire first. */
  first: readonly string[];
  /** Those and the ones that join them. */
  all: readonly string[];
  /** Whether they end. */
  resolves: boolean;
}

/** A way for alerts to come in. */
export interface Generator {
  name: string;
  /** How many alerts one of its groups may have. */
  groupMax: number;
  /** Resolves when every alert of the group was in a delivery that was accepted. */
  play(group: Group, random: Random): Promise<void>;
  close(): Promise<void>;
}

export interface Outside {
  /** Where deliveries are sent. */
  recorder: Recorder;
  /** A directory for files. */
  dir: string;
}

/** Null when what it needs is not installed. */
type OpenGenerator = (outside: Outside) => Promise<Generator | null>;

/** A source that is added to the product is added here. They take turns by group. */
const openers: readonly OpenGenerator[] = [openAlertmanager, openPair, openPair, openPair];

export async function openGenerators(outside: Outside): Promise<Generator[]> {
  const opened = await Promise.all(openers.map((open) => open(outside)));
  return opened.filter((generator) => generator !== null);
}

const GROUP_MAX = 19;
const PAUSE_MS = 1_500;
const SEND_AGAIN_MS = 500;

/** What the two peers of a highly available pair post, each by itself, until it is accepted. */
async function openPair({ recorder }: Outside): Promise<Generator> {
  const deliver = async (body: object) => {
    for (;;) {
      const { status } = await post(recorder.url, body);
      if (status === 202) return;
      if (status < 500) throw new Error(`a delivery was refused with ${status}`);
      await setTimeout(SEND_AGAIN_MS);
    }
  };
  const deliverByPeers = async (body: object, random: Random) => {
    const peers = random.int(2) === 0 ? ['a'] : ['a', 'b'];
    await Promise.all(
      peers.map((peer) => deliver({ ...body, externalURL: `http://alertmanager-${peer}:9093` })),
    );
  };
  return {
    name: 'direct posts',
    groupMax: GROUP_MAX,
    async play(group, random) {
      await deliverByPeers(bodyOf(group.name, group.first, 'firing'), random);
      await setTimeout(random.int(PAUSE_MS));
      await deliverByPeers(bodyOf(group.name, group.all, 'firing'), random);
      if (!group.resolves) return;
      await setTimeout(random.int(PAUSE_MS));
      await deliverByPeers(bodyOf(group.name, group.all, 'resolved'), random);
    },
    close: async () => {},
  };
}

function bodyOf(name: string, ids: readonly string[], status: 'firing' | 'resolved') {
  const { alerts, ...envelope } = alertBody({ name, status });
  return {
    ...envelope,
    alerts: ids.flatMap((id) =>
      alerts.map((alert) => ({ ...alert, labels: { ...alert.labels, id }, fingerprint: id })),
    ),
  };
}

/** The real Alertmanager: its batches, its retries and its resolved notifications. */
async function openAlertmanager({ recorder, dir }: Outside): Promise<Generator | null> {
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
    close: alertmanager.stop,
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
