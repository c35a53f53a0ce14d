/** Argo CD applies the release. */
export const ROLLOUT_AT = '2026-11-19T16:02:11Z';
export const OLD_IMAGE = 'registry.example.com/web/storefront:2026.11.07-2';
/** What the manifest asks for; the registry has it without the `v`. */
export const WANTED_IMAGE = 'registry.example.com/web/storefront:v2026.11.19-1';
export const PUSHED_IMAGE = 'registry.example.com/web/storefront:2026.11.19-1';
export const NEW_PODS = [
  { name: 'storefront-85d9b7c4f6-5kzqn', node: 'worker-a2' },
  { name: 'storefront-85d9b7c4f6-hx9w4', node: 'worker-b1' },
  { name: 'storefront-85d9b7c4f6-t7mfl', node: 'worker-b3' },
] as const;
export const COMMIT = '4f2c9e17d0b86a53c1e94d7f2a60b8350e7d19c4';
