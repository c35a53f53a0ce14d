import type { Channel } from '../notify/channel.ts';
import { createTerminalChannel } from '../notify/terminal/index.ts';
import { createNotes, createSlack } from './compose.ts';
import { print, type Session, terminalStyle } from './session.ts';

/** Slack where it is configured, else the terminal: an incident always has a thread somewhere. */
export function channelsOf({ config, redact }: Session): Channel[] {
  const thread = createSlack(config) ?? createTerminalChannel({ ...terminalStyle(), write: print });
  const notes = createNotes(config, redact);
  return notes === null ? [thread] : [thread, notes];
}
