import type { TimeWindow } from '../../../alert/window.ts';
import type { Change } from '../../changes/change.ts';
import { byWhom, clusterChange, isSameAct, type Subject } from './cluster-change.ts';
import { fallsWithin, type Write } from './managed-fields.ts';

/** That an object was made, is being deleted, or was written by someone in a way that `told` does not tell. */
export function objectChanges(
  subject: Subject,
  writes: readonly Write[],
  told: readonly Write[],
  window: TimeWindow,
): Change[] {
  const { creationTimestamp, deletionTimestamp } = subject.metadata;
  const changes: Change[] = [];
  if (creationTimestamp && fallsWithin(creationTimestamp, window)) {
    const maker = writes.find(({ at }) => isSameAct(at, creationTimestamp));
    const summary = `created${byWhom(maker)}`;
    changes.push(clusterChange(subject, { at: creationTimestamp, kind: 'create', summary }));
  }
  if (deletionTimestamp && fallsWithin(deletionTimestamp, window)) {
    const waits = subject.metadata.finalizers.join(', ');
    const summary = `deleted${waits === '' ? '' : `, waits for ${waits}`}`;
    changes.push(clusterChange(subject, { at: deletionTimestamp, kind: 'delete', summary }));
  }
  const others = writes.filter((it) => !told.includes(it) && !isSameAct(it.at, creationTimestamp));
  return [...changes, ...others.map((write) => changeOf(subject, write))];
}

function changeOf(subject: Subject, write: Write): Change {
  const { at } = write;
  if (subject.kind === 'ConfigMap') {
    const keys = keysOf(write);
    const summary = `${keys.length === 0 ? 'written' : 'data written'}${byWhom(write)}`;
    const details = keys.length === 0 ? [] : [`keys of this writer: ${keys.join(', ')}`];
    return clusterChange(subject, { at, kind: 'config', summary, details });
  }
  // The template would have made a revision: the writer owns it, but did not change it this time.
  const fields = write.fields.filter((field) => field !== 'spec.template');
  return clusterChange(subject, {
    at,
    kind: 'write',
    summary: `written${byWhom(write)}`,
    details: fields.length === 0 ? [] : [`fields of this writer: ${fields.join(', ')}`],
  });
}

function keysOf({ fields }: Write): string[] {
  return fields.flatMap((field) => {
    const [, key] = /^(?:data|binaryData)\.(.+)$/.exec(field) ?? [];
    return key === undefined ? [] : [key];
  });
}
