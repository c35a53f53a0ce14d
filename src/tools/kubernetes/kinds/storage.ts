import { selectorText } from '../label-selector.ts';
import type { Quantities } from '../objects/metadata.ts';
import { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../objects/storage.ts';
import { nodeTermText } from '../scheduling.ts';
import { pairs } from '../wording.ts';
import { ageOf, badConditions, kindView, troubles } from './kind-view.ts';

export const claimView = kindView({
  schema: PersistentVolumeClaim,
  columns: ['STATUS', 'VOLUME', 'CAPACITY', 'ACCESS MODES', 'STORAGECLASS', 'AGE'],
  cells(claim, window) {
    const { spec, status } = claim;
    return [
      status.phase,
      spec.volumeName,
      storage(status.capacity),
      accessModes(spec.accessModes),
      spec.storageClassName ?? '<default>',
      ageOf(claim, window),
    ];
  },
  health: ({ spec, status }) =>
    troubles([
      status.phase === 'Pending' &&
        `not bound: ${spec.storageClassName ?? 'the default class'} has given it no volume of ${storage(spec.resources.requests)} yet (kubectl_events says why)`,
      status.phase === 'Lost' && `its volume ${spec.volumeName} does not exist any more`,
      ...badConditions(status.conditions, ({ status }) => status === 'True'),
    ]),
  facts: ({ spec }) => ({
    requested: storage(spec.resources.requests),
    mode: spec.volumeMode,
    selector: spec.selector ? selectorText(spec.selector) : '',
  }),
  conditions: ({ status }) => status.conditions,
  // Each claim has a volume of its own, whose made-up name says nothing.
  fold: ({ spec, status }) =>
    JSON.stringify([
      status.phase,
      storage(status.capacity),
      spec.accessModes,
      spec.storageClassName,
    ]),
});

export const volumeView = kindView({
  schema: PersistentVolume,
  columns: ['CAPACITY', 'ACCESS MODES', 'RECLAIM POLICY', 'STATUS', 'CLAIM', 'STORAGECLASS', 'AGE'],
  cells(volume, window) {
    const { spec, status } = volume;
    return [
      storage(spec.capacity),
      accessModes(spec.accessModes),
      spec.persistentVolumeReclaimPolicy,
      status.phase,
      spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '',
      spec.storageClassName,
      ageOf(volume, window),
    ];
  },
  health: ({ status }) =>
    troubles([
      status.phase === 'Failed' && `failed: ${[status.reason, status.message].join(' ').trim()}`,
      status.phase === 'Released' && 'its claim is gone, and nothing has taken it up or deleted it',
    ]),
  facts: ({ metadata, spec }) => ({
    labels: pairs(metadata.labels),
    driver: spec.csi?.driver ?? '',
    path: spec.hostPath?.path ?? spec.local?.path ?? spec.nfs?.path ?? '',
    nodes: (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).map(nodeTermText).join(' or '),
  }),
  tellsOf: ({ spec }) => spec.claimRef?.namespace ?? null,
});

export const storageClassView = kindView({
  schema: StorageClass,
  columns: ['PROVISIONER', 'RECLAIMPOLICY', 'VOLUMEBINDINGMODE', 'EXPANSION', 'DEFAULT', 'AGE'],
  cells: (storageClass, window) => [
    storageClass.provisioner,
    storageClass.reclaimPolicy,
    storageClass.volumeBindingMode,
    storageClass.allowVolumeExpansion ? 'true' : 'false',
    isDefault(storageClass) ? 'true' : 'false',
    ageOf(storageClass, window),
  ],
});

function isDefault({ metadata }: StorageClass): boolean {
  return metadata.annotations['storageclass.kubernetes.io/is-default-class'] === 'true';
}

function storage(quantities: Quantities): string {
  return String(quantities.storage ?? '');
}

const SHORT_MODES = new Map([
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]);

function accessModes(modes: readonly string[]): string {
  return modes.map((mode) => SHORT_MODES.get(mode) ?? mode).join(',');
}
