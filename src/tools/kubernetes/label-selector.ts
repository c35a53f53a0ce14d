import type { Metadata } from './objects/metadata.ts';
import type { LabelSelector } from './objects/selector.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether a selector picks an object with these labels; an empty selector picks every one. */
export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      const among = value !== undefined && values.includes(value);
      if (operator === 'In') return among;
      if (operator === 'NotIn') return !among;
      return (value !== undefined) === (operator === 'Exists');
    })
  );
}

/** As `kubectl -l` and the API take it: `app=checkout,tier in (web,api),!canary`. */
export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => {
      if (operator === 'In') return `${key} in (${values.join(',')})`;
      if (operator === 'NotIn') return `${key} notin (${values.join(',')})`;
      return operator === 'Exists' ? key : `!${key}`;
    }),
  ].join(',');
}

/** Whether `owner` made it. Of an owner that was deleted and made again, only the uid tells. */
export function isOwnedBy(
  { ownerReferences }: Metadata,
  owner: { kind: string; name: string; uid: string },
): boolean {
  return ownerReferences.some(
    ({ kind, name, uid }) =>
      kind === owner.kind && name === owner.name && (uid === owner.uid || uid === ''),
  );
}
