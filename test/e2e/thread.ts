import type { FakeSlack } from '../fakes/slack.ts';

type Message = FakeSlack['messages'][number];

/** The card of an alert's thread, whatever it shows by now: its blocks name the alert in every state. */
export function isCardOf(alertName: string): (message: Message) => boolean {
  return (message) =>
    message.threadTs === null && JSON.stringify(message.blocks).includes(alertName);
}

/** Waits until an alert's thread is complete: the card says the verdict, and the last of the details is there. */
export async function concludedThread(slack: FakeSlack, alertName: string): Promise<Message[]> {
  const isCard = isCardOf(alertName);
  const card = await slack.onMessage((message) => isCard(message) && !isWorking(message));
  await slack.onMessage(({ threadTs, text }) => threadTs === card.ts && text.startsWith('Details'));
  return slack.thread(card.ts);
}

/** Cards that were opened for an alert: more than one is the fault that the ledger is there to prevent. */
export function cardsOf(slack: FakeSlack, alertName: string): Message[] {
  return slack.messages.filter(isCardOf(alertName));
}

/** Whether a card has no verdict yet. */
export function isWorking({ text }: Pick<Message, 'text'>): boolean {
  return text.includes('Investigating') || text.includes('Waiting to be investigated');
}
