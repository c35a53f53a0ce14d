import type { TimeWindow } from '../../../alert/window.ts';
import { alignColumns } from '../../table.ts';
import { age, instant, oneLine } from '../wording.ts';
import type { RevisionSummary } from './revisions.ts';
import type { RolloutHistory } from './rollout-history.ts';
import type { RolloutStatus } from './rollout-status.ts';
import { isRestart, renderFieldChange } from './template-diff.ts';

/** Older revisions are rows alone: the newest ones are what an incident is about. */
const SHOWN_IN_FULL = 3;
const FIELDS_OF_A_REVISION = 15;

export function renderRolloutHistory(
  history: RolloutHistory,
  uncut: boolean,
  window: TimeWindow,
): string {
  const { namespace, kind, name, status, revisions, gaps } = history;
  const table = alignColumns([
    ['REVISION', 'MADE', 'AGE', 'READY', 'NAME', 'IMAGE'],
    ...revisions.map((it) => row(it, window)),
  ]);
  const older = revisions.slice(SHOWN_IN_FULL).filter(({ changes }) => changes.length > 0);
  return [
    `${kind} ${namespace}/${name}: ${describeStatus(status)}`,
    ...(revisions.length === 0
      ? ['No revision is kept.']
      : [
          `Revisions, newest first, with what each changed. Ages at ${instant(window.to)}.`,
          table[0] ?? '',
        ]),
    ...revisions.flatMap((revision, index) => [
      table[index + 1] ?? '',
      ...details(revision, index < SHOWN_IN_FULL, uncut).map((line) => `    ${line}`),
    ]),
    ...(older.length === 0 ? [] : ['Changes of the older ones: ask with revision.']),
    ...gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function describeStatus({ state, reason, wanted, updated, ready, available }: RolloutStatus) {
  const counts = `${wanted} pods wanted, ${updated} updated, ${ready} ready, ${available} available`;
  return `rollout ${state}${reason === '' ? '' : ` (${oneLine(reason)})`}; ${counts}`;
}

function row(revision: RevisionSummary, window: TimeWindow): string[] {
  const { ready, wanted, madeAt } = revision;
  return [
    String(revision.revision),
    instant(madeAt),
    age(madeAt, window),
    wanted === null ? '-' : `${ready}/${wanted}`,
    revision.name,
    revision.images.map(withoutRegistry).join(','),
  ];
}

function details(revision: RevisionSummary, inFull: boolean, uncut: boolean): string[] {
  const { changeCause, earlierRevisions, comparedWith, changes } = revision;
  const shown = uncut ? changes : changes.slice(0, inFull ? FIELDS_OF_A_REVISION : 0);
  const cut = inFull ? changes.length - shown.length : 0;
  return [
    ...(changeCause === null ? [] : [`cause: ${oneLine(changeCause)}`]),
    ...(earlierRevisions.length === 0
      ? []
      : [`rolled back to: it was revision ${earlierRevisions.join(', ')} before`]),
    ...(isRestart(changes) ? ['restarted by kubectl rollout restart, nothing else changed'] : []),
    ...(inFull && comparedWith !== null && changes.length === 0 ? ['the same pod template'] : []),
    ...shown.map(renderFieldChange),
    ...(cut > 0 ? [`${cut} more fields: ask with revision ${revision.revision}`] : []),
  ];
}

/** `shop/checkout:1.4.2` of `registry.example/shop/checkout:1.4.2`: whole ones are in what changed. */
function withoutRegistry(image: string): string {
  return image.replace(/^[^/]*[.:][^/]*\//, '');
}
