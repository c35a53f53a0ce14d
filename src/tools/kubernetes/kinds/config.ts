import { formatBytes } from '../../size.ts';
import { ConfigMap, ServiceAccount } from '../objects/config.ts';
import { ageOf, kindView } from './kind-view.ts';

const KEYS_IN_A_ROW = 8;

/** Names and sizes of the keys, never a value. */
export const configMapView = kindView({
  schema: ConfigMap,
  columns: ['DATA', 'AGE', 'KEYS'],
  cells(configMap, window) {
    const keys = keySizes(configMap);
    const left = keys.length - KEYS_IN_A_ROW;
    const shown = keys.slice(0, KEYS_IN_A_ROW).join(', ');
    return [
      String(keys.length),
      ageOf(configMap, window),
      left > 0 ? `${shown} and ${left} more` : shown,
    ];
  },
  facts: (configMap) => ({
    keys: keySizes(configMap).join(', ') || 'none',
    immutable: configMap.immutable ? 'yes' : '',
  }),
});

/** `app.yaml (2.1Ki)`. */
function keySizes({ data, binaryData }: ConfigMap): string[] {
  return Object.entries({ ...data, ...binaryData })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, bytes]) => `${key} (${formatBytes(bytes)}${bytes < 1000 ? 'B' : ''})`);
}

export const serviceAccountView = kindView({
  schema: ServiceAccount,
  columns: ['IMAGE PULL SECRETS', 'AGE'],
  cells: (account, window) => [
    account.imagePullSecrets.map(({ name }) => name).join(',') || '<none>',
    ageOf(account, window),
  ],
  facts: ({ automountServiceAccountToken }) => ({
    'mounts token': automountServiceAccountToken === false ? 'no' : '',
  }),
});
