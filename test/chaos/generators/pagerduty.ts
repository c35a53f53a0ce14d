import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../evidence/random.ts';
import { type Generator, GROUP_MAX, type Outside, PAUSE_MS } from './generator.ts';
import { bodyOf, untilAccepted } from './payload.ts';

/** What happens to an incident, and its status from then on. */
type Event = 'triggered' | 'acknowledged' | 'resolved';

/** PagerDuty: signed events, some of them twice, each until it is accepted. A group is an incident. */
export async function openPagerDuty({ recorder, pagerduty }: Outside): Promise<Generator> {
  const tell = async (event: Event, name: string, ids: readonly string[], random: Random) => {
    // Known before it is told: the program asks at once.
    pagerduty.incidents[name] = [behind(name, ids)];
    const body = eventOf(event, name, ids);
    const signature = createHmac('sha256', pagerduty.secret).update(body).digest('hex');
    const headers = { 'X-PagerDuty-Signature': `v1=${signature}` };
    const url = `${recorder.url}/webhooks/pagerduty`;
    const times = 1 + random.int(2);
    await Promise.all(
      Array.from({ length: times }, () =>
        untilAccepted(() => fetch(url, { method: 'POST', headers, body })),
      ),
    );
  };
  return {
    name: 'PagerDuty',
    groupMax: GROUP_MAX,
    async play({ name, first, all, resolves }, random) {
      await tell('triggered', name, first, random);
      await setTimeout(random.int(PAUSE_MS));
      await tell('acknowledged', name, all, random);
      if (!resolves) return;
      await setTimeout(random.int(PAUSE_MS));
      await tell('resolved', name, all, random);
    },
  };
}

/** The title names the alerts, as that of the Alertmanager integration does, so that the recorder knows of them. */
function eventOf(event: Event, name: string, ids: readonly string[]): string {
  const now = new Date().toISOString();
  const data = {
    id: name,
    type: 'incident',
    status: event,
    title: `[FIRING:${ids.length}] ${name} (${ids.join(' ')})`,
    urgency: 'high',
  };
  return JSON.stringify({
    event: { id: `${name}-${event}`, event_type: `incident.${event}`, occurred_at: now, data },
  });
}

/** The alert of the Alertmanager integration: it holds those of the group. */
function behind(name: string, ids: readonly string[]): object {
  const { alerts } = bodyOf(name, ids, 'firing');
  const details = { firing: alerts, resolved: [], num_firing: `${ids.length}`, num_resolved: '0' };
  return { id: `${name}-alert`, status: 'triggered', body: { type: 'alert_body', details } };
}
