import { setTimeout } from 'node:timers/promises';
import { alertBody } from '../../e2e/shop.ts';

const SEND_AGAIN_MS = 500;

/**
 * Sends a delivery again and again until it is accepted.
 * @throws Error when it is refused for what is in it.
 */
export async function untilAccepted(send: () => Promise<Response>): Promise<void> {
  for (;;) {
    const { status } = await send();
    if (status === 202) return;
    if (status < 500) throw new Error(`a delivery was refused with ${status}`);
    await setTimeout(SEND_AGAIN_MS);
  }
}

/** What Alertmanager posts of a group. */
export function bodyOf(name: string, ids: readonly string[], status: 'firing' | 'resolved') {
  const { alerts, ...envelope } = alertBody({ name, status });
  return {
    ...envelope,
    alerts: ids.flatMap((id) =>
      alerts.map((alert) => ({ ...alert, labels: { ...alert.labels, id }, fingerprint: id })),
    ),
  };
}
