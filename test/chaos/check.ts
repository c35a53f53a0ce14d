import type { Accepted } from './recorder.ts';

/** An incident as the API tells of it. */
export interface SeenIncident {
  id: string;
  /** The group that its title names. */
  group: string | null;
  /** The alerts that it holds. */
  ids: readonly string[];
  concluded: boolean;
}

/** A message as Slack holds it. */
export interface SeenMessage {
  ts: string;
  /** Null for the first of a thread. */
  threadTs: string | null;
  /** The group that it names first. */
  group: string | null;
  /** What the program finds it by again; null for none. */
  marker: string | null;
  /** Whether it is a card that says the verdict, or the details below one. */
  says: 'verdict' | 'details' | 'other';
}

/** What can be seen from outside when it is over. */
export interface Seen {
  accepted: readonly Accepted[];
  incidents: readonly SeenIncident[];
  messages: readonly SeenMessage[];
  /** Alerts that the program lists as given up. */
  deadLetters: ReadonlySet<string>;
}

export interface Findings {
  /** One line for each accepted delivery that ended in no complete thread. */
  lost: string[];
  /** One line for each alert or incident with more than one thread. */
  duplicateThreads: string[];
  /** One line for each message that is there again. */
  duplicateMessages: string[];
}

/** Compares what was accepted with what there is to see; it believes nothing that only the program says. */
export function check(seen: Seen): Findings {
  const faults = new Map<string, string>();
  const duplicateThreads: string[] = [];
  for (const incident of seen.incidents) {
    const cards = cardsOf(incident, seen.messages);
    if (cards.length > 1) {
      duplicateThreads.push(`${incident.id} of ${incident.group} has ${cards.length} threads`);
    }
    const fault = incompleteness(incident, cards, seen.messages);
    if (fault !== null) faults.set(incident.id, fault);
  }
  const holders = holdersOf(seen.incidents);
  for (const [id, incidents] of holders) {
    if (incidents.length > 1) duplicateThreads.push(`${id} is in ${incidents.join(' and ')}`);
  }
  const lost = seen.accepted.flatMap(({ ids }) => {
    const why = ids
      .filter((id) => !seen.deadLetters.has(id))
      .map((id) => lossOf(id, holders.get(id) ?? [], faults))
      .find((reason) => reason !== null);
    return why === undefined ? [] : [why];
  });
  return { lost, duplicateThreads, duplicateMessages: duplicatesIn(seen.messages) };
}

function cardsOf({ group }: SeenIncident, messages: readonly SeenMessage[]): SeenMessage[] {
  return messages.filter((message) => message.threadTs === null && message.group === group);
}

function incompleteness(
  { id, concluded }: SeenIncident,
  cards: readonly SeenMessage[],
  messages: readonly SeenMessage[],
): string | null {
  const [card] = cards;
  if (card === undefined) return `${id} has no thread`;
  if (!concluded) return `${id} is not concluded`;
  if (card.says !== 'verdict') return `the thread of ${id} says no verdict`;
  const details = messages.some(({ threadTs, says }) => threadTs === card.ts && says === 'details');
  return details ? null : `the thread of ${id} has no details`;
}

function holdersOf(incidents: readonly SeenIncident[]): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  for (const incident of incidents) {
    for (const id of incident.ids) holders.set(id, [...(holders.get(id) ?? []), incident.id]);
  }
  return holders;
}

function lossOf(
  id: string,
  incidents: readonly string[],
  faults: ReadonlyMap<string, string>,
): string | null {
  if (incidents.length === 0) return `${id} is in no incident`;
  const fault = incidents
    .map((incident) => faults.get(incident))
    .find((told) => told !== undefined);
  return fault === undefined ? null : `${id}: ${fault}`;
}

/** The same message twice: found again by the mark that the program itself looks for. */
function duplicatesIn(messages: readonly SeenMessage[]): string[] {
  const seen = new Set<string>();
  return messages.flatMap(({ marker, group, ts }) => {
    if (marker === null) return [`${ts} of ${group} carries no mark`];
    if (seen.has(marker)) return [`${ts} of ${group} is there already`];
    seen.add(marker);
    return [];
  });
}
