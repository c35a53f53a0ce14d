import type { LabelSet } from '../alert/alert.ts';
import { redactDelivery } from '../alert/redact-delivery.ts';
import type { Redact } from '../evidence/redact.ts';
import { oneLine, stripInvisible, truncate } from '../lib/escape.ts';
import { dateTimeWords, plural } from '../notify/words.ts';
import type { JobKind } from '../queue/jobs.ts';
import type { DeadLetter } from '../queue/queue.ts';
import { alignColumns } from '../tools/table.ts';

/** A dead letter of any kind; its kind tells what its payload is. */
export type AnyDeadLetter = { [K in JobKind]: DeadLetter<K> }[JobKind];

/** What is known of the incident that a job is about. */
export type Titles = ReadonlyMap<string, string>;

/** So many characters of an id are unique among any dead letters that a person will see. */
const SHORT_ID = 15;

/** What a person types: `intake/id-3f9a41…`. */
export function nameOf({ kind, id }: AnyDeadLetter): string {
  return `${kind}/${id}`;
}

function shortNameOf({ kind, id }: AnyDeadLetter): string {
  return `${kind}/${id.slice(0, SHORT_ID)}`;
}

/** Those that a name, or the beginning of one, stands for. A whole name stands for one alone. */
export function named(letters: readonly AnyDeadLetter[], name: string): AnyDeadLetter[] {
  const whole = letters.filter((letter) => nameOf(letter) === name);
  return whole.length > 0 ? whole : letters.filter((letter) => nameOf(letter).startsWith(name));
}

/** Without the secrets that it may hold: it waits in the queue as it came, before anything was redacted. */
export function redactLetter(letter: AnyDeadLetter, redact: Redact): AnyDeadLetter {
  const error = redact(letter.error);
  if (letter.kind !== 'intake' || letter.payload === null) return { ...letter, error };
  const delivery = redactDelivery(letter.payload.delivery, redact);
  return { ...letter, error, payload: { ...letter.payload, delivery } };
}

/** As much of it as a line tells: of the alerts of a webhook, of which there may be thousands, their names. */
export function outlineOf(letter: AnyDeadLetter): AnyDeadLetter {
  if (letter.kind !== 'intake' || letter.payload === null) return letter;
  const delivery = {
    ...letter.payload.delivery,
    commonLabels: {},
    commonAnnotations: {},
    alerts: letter.payload.delivery.alerts.map((alert) => {
      const { alertname } = alert.labels;
      const labels: LabelSet = alertname === undefined ? {} : { alertname };
      return { ...alert, labels, annotations: {}, generatorUrl: null };
    }),
  };
  return { ...letter, payload: { ...letter.payload, delivery } };
}

/** One line each, the last that failed first. */
export function listWords(letters: readonly AnyDeadLetter[], titles: Titles, now: Date): string {
  const rows = letters.map((letter) => [
    shortNameOf(letter),
    ageWords(letter.failedAt, now),
    String(letter.tries),
    truncate(aboutWords(letter, titles), 70),
    truncate(oneLine(letter.error), 80),
  ]);
  return `${alignColumns([['ID', 'FAILED', 'TRIES', 'ABOUT', 'LAST ERROR'], ...rows]).join('\n')}\n`;
}

/** All of it; the letter is to be redacted before. */
export function showWords(letter: AnyDeadLetter, titles: Titles, now: Date): string {
  const when = (instant: string) => `${dateTimeWords(instant)}, ${ageWords(instant, now)} ago`;
  const rows = [
    ['id', nameOf(letter)],
    ['about', aboutWords(letter, titles)],
    ['accepted', when(letter.addedAt)],
    ['failed', when(letter.failedAt)],
    ['tries', String(letter.tries)],
  ];
  const payload = letter.payload === null ? '' : `\n${JSON.stringify(letter.payload, null, 2)}\n`;
  const head = alignColumns(rows).join('\n');
  return stripInvisible(`${head}\n\n${letter.error}\n${payload}`);
}

/** What a job is about, in one line. */
export function aboutWords(letter: AnyDeadLetter, titles: Titles): string {
  if (letter.payload === null) return 'a job that this version cannot read';
  if (letter.kind === 'intake') return deliveryWords(letter.payload.delivery);
  const { incidentId } = letter.payload;
  return oneLine(
    `${stepWords(letter)} of ${incidentId}, ${titles.get(incidentId) ?? 'which is not stored'}`,
  );
}

/** The step of an incident that did not happen. */
function stepWords({ kind, payload }: Exclude<AnyDeadLetter, DeadLetter<'intake'>>): string {
  switch (kind) {
    case 'investigate':
      return `run ${payload?.runId}`;
    case 'deliver':
      return `thread in ${payload?.channel}`;
    case 'recheck':
      return `second look after a ${payload?.after}`;
  }
}

type Delivery = NonNullable<DeadLetter<'intake'>['payload']>['delivery'];

function deliveryWords({ source, groupKey, alerts }: Delivery): string {
  const names = new Set(alerts.map(({ labels }) => labels.alertname ?? 'no name'));
  const some = [...names].slice(0, 3).join(', ');
  const rest = names.size > 3 ? ', …' : '';
  return oneLine(
    `${plural(alerts.length, 'alert')} of ${source} (${some}${rest}), group ${groupKey}`,
  );
}

/** `40 s`, `12 min`, `5 h`, `3 d`: the largest unit alone. */
function ageWords(instant: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(instant)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} d`;
}
