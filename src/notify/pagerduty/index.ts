import type { Redact } from '../../evidence/redact.ts';
import type { Note, PagerDutyClient } from '../../pagerduty/client.ts';
import { PagerDutyFailure } from '../../pagerduty/request.ts';
import { type Channel, ChannelError, type MessageRef, type PostTarget } from '../channel.ts';
import { renderPagerDuty } from './render.ts';

export interface PagerDutyNotesOptions {
  client: Pick<PagerDutyClient, 'addNote' | 'notesOf'>;
  /** The email address of the user of PagerDuty whose notes they are. */
  from: string;
  /** Reports are redacted already; what leaves for another company's system is looked at once more. */
  redact: Redact;
}

/**
 * The way back of an incident that came from PagerDuty: its report becomes a note there. PagerDuty tells its
 * subscribers of each as `incident.annotated`, which the source of its webhooks never acts on.
 */
export function createPagerDutyNotes({
  client,
  from,
  redact,
}: PagerDutyNotesOptions): Channel<string> {
  return {
    name: 'pagerduty',
    render: renderPagerDuty,
    async post({ body }, at) {
      const incident = incidentOf(at);
      const content = `${redact(body)}\n\n${markOf(at.marker)}`;
      return refOf(incident, await asking(client.addNote(incident, from, content, unbroken())));
    },
    /**
     * Changes nothing. People have read a note, and act on it: a later investigation is a note of its own. What
     * this one says follows from an investigation that has ended, so an edit is only ever asked for when a
     * note was found again after an answer got lost, and that one says it already.
     */
    async edit() {},
    async find(marker, at) {
      const incident = incidentOf(at);
      const notes = await asking(client.notesOf(incident, unbroken()));
      const found = notes.find(({ content }) => content.includes(markOf(marker)));
      return found === undefined ? null : refOf(incident, found);
    },
  };
}

/** Stands at the end of the note, because a note has no field for what is not to be read. */
function markOf(marker: string): string {
  return `[probable-cause ${marker}]`;
}

/** The client limits each request's time. One that is broken off earlier may have been carried out all the same. */
function unbroken(): AbortSignal {
  return new AbortController().signal;
}

function incidentOf({ origin }: PostTarget): string {
  if (origin?.source === 'pagerduty') return origin.groupKey;
  throw new ChannelError(
    'The incident is none of PagerDuty, so no note can be added to it.',
    false,
  );
}

function refOf(incident: string, { id }: Note): MessageRef {
  return { incident, note: id };
}

async function asking<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof PagerDutyFailure)) throw error;
    throw new ChannelError(error.message, error.retry, error.retryAfterMs);
  }
}
