import type { Analyser, Finding } from '../../finding.ts';
import { nameOf } from '../../object-ref.ts';
import type { Situation } from '../../situation.ts';
import { oncePerOwner, type Refusal, refusalsOf } from './refusals.ts';

/** As the quota admission plugin says it. */
const EXCEEDED =
  /exceeded quota: ([^\s,]+), requested: ([^\s]+), used: ([^\s]+), limited: ([^\s]+)/;
/** A quota on a resource makes it obligatory to ask for it. */
const UNSPECIFIED = /failed quota: ([^\s:]+): must specify (.+)$/;

/** A ResourceQuota that refuses what a controller wants to make. */
export const quotaExceeded: Analyser = {
  looksFor: 'objects that a ResourceQuota refuses',
  analyse: (situation) => {
    const byQuota = Map.groupBy(
      refusalsOf(situation).filter(({ message }) => quotaOf(message) !== null),
      ({ message }) => quotaOf(message) ?? '',
    );
    return [...byQuota].flatMap(([quota, refusals]) => refusal(quota, refusals, situation));
  },
};

function quotaOf(message: string): string | null {
  return (EXCEEDED.exec(message) ?? UNSPECIFIED.exec(message))?.[1] ?? null;
}

function refusal(quota: string, refusals: readonly Refusal[], { quotes }: Situation): Finding[] {
  const owners = oncePerOwner(refusals);
  const [first] = owners.toSorted((a, b) => Number(b.stands) - Number(a.stands));
  if (first === undefined) return [];
  const { stands } = first;
  const object = { kind: 'ResourceQuota', namespace: first.owner.namespace, name: quota };
  const names = owners.map(({ owner }) => nameOf(owner)).join(', ');
  return [
    {
      failureMode: 'quota-exceeded',
      object,
      severity: stands ? 'critical' : 'warning',
      statement: `ResourceQuota ${quota} refuses what ${names} has to make: ${reasonOf(first.message)}.`,
      why: 'The API server refused the object and named the quota.',
      citations: [
        ...owners.flatMap(({ citations }) => citations).slice(0, 3),
        ...quotes.object(object, /USED /),
      ],
      score: stands ? 0.95 : 0.5,
      explains: owners.map(({ owner }) => owner),
      since: owners.flatMap(({ since }) => since ?? []).sort()[0] ?? null,
    },
  ];
}

function reasonOf(message: string): string {
  const [, , requested, used, limited] = EXCEEDED.exec(message) ?? [];
  if (requested !== undefined) {
    return `it requests ${requested}, and ${used ?? '?'} of ${limited ?? '?'} is used`;
  }
  return `it does not say ${UNSPECIFIED.exec(message)?.[2] ?? 'what it needs'}`;
}
