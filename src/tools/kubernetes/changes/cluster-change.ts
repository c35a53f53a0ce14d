import type { Change } from '../../changes/change.ts';
import type { Metadata } from '../objects/metadata.ts';

export const SOURCE = 'kubernetes';

/** The objects of one kind whose changes are told: `Deployment` and its metadata. */
export interface Subject {
  kind: string;
  metadata: Metadata;
}

/** A {@link Change} of one object. */
export function clusterChange(
  { kind: type, metadata: { name, namespace } }: Subject,
  {
    at,
    kind,
    summary,
    details = [],
  }: Pick<Change, 'at' | 'kind' | 'summary'> & { details?: string[] },
): Change {
  return {
    at,
    source: SOURCE,
    kind,
    object: `${type}/${name}`,
    namespace: namespace === '' ? null : namespace,
    summary,
    details,
  };
}

/** One event that two parts of the cluster record lies no further apart than this. */
const SAME_ACT_MS = 60_000;

export function isSameAct(a: string | null | undefined, b: string | null | undefined): boolean {
  return Math.abs(Date.parse(a ?? '') - Date.parse(b ?? '')) <= SAME_ACT_MS;
}

/** ` by helm`, where it is known. */
export function byWhom(write: { by: string } | undefined): string {
  return write === undefined || write.by === '' ? '' : ` by ${write.by}`;
}
