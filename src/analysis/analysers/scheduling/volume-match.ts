import { selects } from '../../../tools/kubernetes/label-selector.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../../tools/kubernetes/objects/storage.ts';
import { parseQuantity } from '../../../tools/kubernetes/quantity.ts';

/** In what a volume is not what a claim asks for: each as it completes "the volume …". */
export function mismatchesOf(
  { metadata, spec }: PersistentVolumeClaim,
  volume: PersistentVolume,
  className: string,
): string[] {
  const { claimRef, capacity, accessModes, storageClassName } = volume.spec;
  const wanted = parseQuantity(spec.resources.requests.storage) ?? 0;
  const held = parseQuantity(capacity.storage) ?? 0;
  const missing = spec.accessModes.filter((mode) => !accessModes.includes(mode));
  const taken =
    claimRef != null &&
    (claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace);
  return [
    storageClassName !== className && `is of class ${storageClassName || 'none'}`,
    held < wanted && `has ${String(capacity.storage ?? 0)}`,
    missing.length > 0 && `does not offer ${missing.join(', ')}`,
    spec.selector != null &&
      !selects(spec.selector, volume.metadata.labels) &&
      'has not the labels that the claim selects',
    taken && `is held by claim ${claimRef.namespace}/${claimRef.name}`,
    !taken && volume.status.phase === 'Released' && 'is released and not taken up again',
    volume.status.phase === 'Failed' && 'has failed',
  ].filter((it) => it !== false);
}
