import type { FakeStream } from '../../fakes/loki.ts';
import { every, jsonLine, type LogEntry, moment, stream } from '../streams.ts';
import { COMMIT, PUSHED_IMAGE } from './times.ts';

const WINDOW: [string, string] = ['2026-11-19T15:27:31Z', '2026-11-19T16:28:01Z'];

const line = (at: string, text: string): LogEntry => ({ at, line: text });

/** What the old pods complain about every day. */
function storefrontNoise(index: number): LogEntry[] {
  return every(540 + index * 95, WINDOW, (at, n) =>
    n % 2 === 0
      ? jsonLine(at, 'warn', 'search-api: request timeout after 800 ms, showing cached results', {
          route: '/search',
          attempt: 1,
        })
      : jsonLine(at, 'error', 'render failed: product is no longer listed', {
          route: '/p/:slug',
          status: 404,
        }),
  );
}

const searchNoise = every(1_270, WINDOW, (at) =>
  jsonLine(at, 'warn', 'index shard slow, request denied by circuit breaker once', { shard: 3 }),
);

/** Kaniko builds and pushes, then a second job writes the tag into the repository of manifests. */
const build: LogEntry[] = [
  line(
    '2026-11-19T15:51:02.318Z',
    'Running with gitlab-runner 18.5.0 on ci-runner-2, project web/storefront, pipeline 88412',
  ),
  line(
    '2026-11-19T15:51:40.902Z',
    '\u001b[36mINFO\u001b[0m[0004] Resolved base name node:22.11-alpine to build (web/storefront)',
  ),
  line(
    '2026-11-19T15:57:21.447Z',
    `\u001b[36mINFO\u001b[0m[0345] Pushing image to ${PUSHED_IMAGE}`,
  ),
  line(
    '2026-11-19T15:57:29.018Z',
    '\u001b[36mINFO\u001b[0m[0352] Pushed registry.example.com/web/storefront@sha256:1c7f0be59a36d2841e7b60c5f9d3a2784be1076fd9c8534e2ab7016d8f45c3e9',
  ),
  line('2026-11-19T15:57:31.204Z', 'Job succeeded (web/storefront build-image)'),
];
const bump: LogEntry[] = [
  line('2026-11-19T15:59:48.110Z', '$ ./bump-manifest.sh storefront "$CI_COMMIT_TAG"'),
  line(
    '2026-11-19T15:59:48.655Z',
    'apps/web/storefront/kustomization.yaml: newTag: 2026.11.07-2 -> v2026.11.19-1',
  ),
  line(
    '2026-11-19T15:59:50.371Z',
    `[main ${COMMIT.slice(0, 7)}] storefront: release v2026.11.19-1`,
  ),
  line('2026-11-19T15:59:52.030Z', 'Job succeeded (web/storefront bump-manifest)'),
];

const argo = (at: string, msg: string, more = '') =>
  line(
    at,
    `time="${at.slice(0, 19)}Z" level=info msg="${msg}" app-namespace=argocd application=storefront${more}`,
  );
const reconciliations = every(180, WINDOW, (at, n) =>
  n % 4 === 0
    ? argo(at, 'Refreshing app status (comparison expired), level (2)')
    : line(
        at,
        `time="${at.slice(0, 19)}Z" level=info msg="Reconciliation completed" app-namespace=argocd application=search-api time_ms=${61 + n}`,
      ),
);
const sync: LogEntry[] = [
  argo('2026-11-19T16:02:10.480Z', `Initiated automated sync to '${COMMIT}'`),
  argo(
    '2026-11-19T16:02:11.702Z',
    'Updating operation state. phase: Running -> Succeeded, message: successfully synced (all tasks run)',
  ),
  argo('2026-11-19T16:02:12.044Z', 'Updated health status: Healthy -> Progressing'),
  argo('2026-11-19T16:12:13.390Z', 'Updated health status: Progressing -> Degraded'),
];

export const streams: FakeStream[] = [
  ...['4wqzx', 'm2kgh'].map((suffix, index) =>
    stream(
      { namespace: 'web', app: 'storefront', pod: `storefront-7c6f9d5b88-${suffix}` },
      storefrontNoise(index),
    ),
  ),
  stream({ namespace: 'web', app: 'search-api', pod: 'search-api-66b8fd94c7-gk6x2' }, searchNoise),
  stream({ namespace: 'web', app: 'sitemap', pod: 'sitemap-29918415-n4xvc' }, [
    jsonLine(moment('2026-11-19T16:15:04Z', 0.2), 'info', 'sitemap: reading catalogue'),
    jsonLine(moment('2026-11-19T16:15:21Z', 0.6), 'info', 'sitemap: written', {
      urls: 48_210,
      failed: 0,
    }),
  ]),
  stream(
    {
      namespace: 'ci',
      app: 'gitlab-runner',
      pod: 'runner-q3xk-project-118-concurrent-0-7zt4m',
      container: 'build',
    },
    build,
  ),
  stream(
    {
      namespace: 'ci',
      app: 'gitlab-runner',
      pod: 'runner-q3xk-project-118-concurrent-1-c92hd',
      container: 'build',
    },
    bump,
  ),
  stream(
    {
      namespace: 'argocd',
      app: 'argocd-application-controller',
      pod: 'argocd-application-controller-0',
    },
    [...reconciliations, ...sync],
  ),
];
