import { eventTime, summariseEvent } from '../object-events.ts';
import { Event } from '../objects/event.ts';
import { age, oneLine } from '../wording.ts';
import { kindView } from './kind-view.ts';

export const eventView = kindView({
  schema: Event,
  columns: ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'COUNT', 'MESSAGE'],
  cells(event, window) {
    const { lastAt, type, reason, count, message } = summariseEvent(event);
    const { kind, name } = event.involvedObject;
    const object = `${kind.toLowerCase()}/${name}`;
    return [age(lastAt, window), type, reason, object, String(count), oneLine(message)];
  },
  health: ({ type }) => ({ healthy: type === 'Normal', details: [] }),
  rank: (event) => eventTime(summariseEvent(event).lastAt),
});
