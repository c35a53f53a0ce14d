import type { ProbeResult } from '../../lib/probe.ts';
import { type Channel, ChannelError, type MessageRef } from '../channel.ts';
import type { SlackBody } from './blocks.ts';
import {
  createSlackClient,
  type SlackClient,
  type SlackClientOptions,
  type SlackPlace,
  type SlackTarget,
} from './client.ts';
import { SlackFailure } from './failure.ts';
import { renderSlack } from './render.ts';

interface SlackRoute {
  /** Labels that an incident must have, value for value. */
  match: Record<string, string>;
  channel: string;
}

export interface SlackOptions extends SlackClientOptions {
  /** Where a thread goes when no route matches. An id, or a name with or without `#`. */
  channel: string;
  /** The first that matches wins. */
  routes: SlackRoute[];
}

export interface SlackChannel extends Channel<SlackBody> {
  /** Asks Slack who we are, and whether each configured channel can be read. Posts nothing, never rejects. */
  probe(): Promise<ProbeResult[]>;
}

export function createSlackChannel(options: SlackOptions): SlackChannel {
  const client = createSlackClient(options);
  const target = (labels: Record<string, string>, thread: MessageRef | null): SlackTarget => {
    if (thread === null) return { channel: pickChannel(options, labels), thread: null };
    const { channel, ts } = placeOf(thread);
    return { channel, thread: ts };
  };
  return {
    name: 'slack',
    render: renderSlack,
    post: async ({ body }, { labels, thread, marker }) =>
      client.post(target(labels, thread), body, marker),
    edit: async (ref, { body }, marker) => client.update(placeOf(ref), body, marker),
    find: async (marker, { labels, thread }) => client.find(target(labels, thread), marker),
    probe: () => probeSlack(client, options),
  };
}

function pickChannel(
  { channel, routes }: Pick<SlackOptions, 'channel' | 'routes'>,
  labels: Record<string, string>,
): string {
  const matches = ({ match }: SlackRoute) =>
    Object.entries(match).every(([name, value]) => labels[name] === value);
  return routes.find(matches)?.channel ?? channel;
}

function placeOf({ channel, ts }: MessageRef): SlackPlace {
  if (channel === undefined || ts === undefined)
    throw new ChannelError('The ledger holds a Slack message without its channel and ts.', false);
  return { channel, ts };
}

async function probeSlack(
  client: SlackClient,
  { channel, routes }: SlackOptions,
): Promise<ProbeResult[]> {
  const system = 'slack';
  const account = await probe(system, async () => {
    const { team, user, scopes } = await client.whoAmI();
    const detail = `${user} in ${team}`;
    return scopes === null || scopes.includes('chat:write')
      ? { system, ok: true, detail, advice: null }
      : {
          system,
          ok: false,
          detail: `${detail}, without the scope chat:write`,
          advice: 'add the scope chat:write to the app and install it again',
        };
  });
  if (!account.ok) return [account];
  const channels = [...new Set([channel, ...routes.map((route) => route.channel)])];
  return [account, ...(await Promise.all(channels.map((name) => probeChannel(client, name))))];
}

function probeChannel(client: SlackClient, channel: string): Promise<ProbeResult> {
  const system = `slack ${channel}`;
  return probe(system, async () => {
    await client.checkReadable(channel);
    return { system, ok: true, detail: 'can be read', advice: null };
  });
}

async function probe(system: string, ask: () => Promise<ProbeResult>): Promise<ProbeResult> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    return { system, ok: false, detail: error.detail, advice: error.advice };
  }
}
