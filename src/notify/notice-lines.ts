import type { Notice } from '../incident/view.ts';
import { type Tone, timeWords } from './words.ts';

export interface NoticeLine {
  id: string;
  tone: Tone;
  icon: string;
  label: string;
  summary: string;
}

/**
 * How long joins are one line: a storm must not bury the thread, and what Alertmanager tells at its next group
 * interval, 5 minutes later by default, is news again.
 */
const FOLD_MS = 5 * 60_000;
const KINDS_SHOWN = 4;

const NOTICES: Record<Notice['kind'], Pick<NoticeLine, 'tone' | 'icon' | 'label'>> = {
  join: { tone: 'warn', icon: '➕', label: 'More alerts joined' },
  're-fire': { tone: 'bad', icon: '🔁', label: 'Fired again' },
  escalate: { tone: 'bad', icon: '🔺', label: 'Severity rose' },
  reopen: { tone: 'bad', icon: '🔁', label: 'Reopened' },
  resolve: { tone: 'good', icon: '✅', label: 'Resolved' },
  recheck: { tone: 'unclear', icon: '🔍', label: 'Looked again' },
  'follow-up': { tone: 'unclear', icon: '🔍', label: 'Looked again after the resolution' },
  silence: { tone: 'unclear', icon: '🔕', label: 'Silenced' },
  ask: { tone: 'unclear', icon: '🙋', label: 'A person asked' },
};

/** One line a notice, but for joins in a row: those of five minutes are one line, under the id of the first. */
export function noticeLines(notices: Notice[], day: string): NoticeLine[] {
  return fold(notices).map(({ first, joined }) =>
    joined.length === 0 ? noticeLine(first, day) : joinsLine([first, ...joined], day),
  );
}

interface Fold {
  first: Notice;
  joined: Notice[];
}

function fold(notices: Notice[]): Fold[] {
  const folds: Fold[] = [];
  for (const notice of notices) {
    const last = folds.at(-1);
    if (last !== undefined && belongTogether(last.first, notice)) last.joined.push(notice);
    else folds.push({ first: notice, joined: [] });
  }
  return folds;
}

function belongTogether(first: Notice, next: Notice): boolean {
  const apart = Math.abs(Date.parse(next.at) - Date.parse(first.at));
  return first.kind === 'join' && next.kind === 'join' && apart < FOLD_MS;
}

function noticeLine({ id, kind, at, summary, reason }: Notice, day: string): NoticeLine {
  const { label, ...look } = NOTICES[kind];
  return {
    id,
    ...look,
    label: `${label} at ${timeWords(at, day)}`,
    summary: `${summary} (${reason.replaceAll('-', ' ')})`,
  };
}

/** Without numbers, which the card shows: it would be edited with every one of a thousand deliveries. */
function joinsLine(joins: [Notice, ...Notice[]], day: string): NoticeLine {
  const [{ id }] = joins;
  const { label, ...look } = NOTICES.join;
  const times = joins.map(({ at }) => Date.parse(at));
  const [from, to] = [Math.min(...times), Math.max(...times)].map((time) =>
    timeWords(new Date(time).toISOString(), day),
  );
  const kinds = [...new Set(joins.flatMap((join) => join.alerts ?? [join.summary]))];
  const shown = kinds.slice(0, KINDS_SHOWN).join(', ');
  return {
    id,
    ...look,
    label: from === to ? `${label} at ${from}` : `${label} from ${from} to ${to}`,
    summary: `${kinds.length > KINDS_SHOWN ? `${shown}, …` : shown} (new alerts; the card counts them)`,
  };
}
