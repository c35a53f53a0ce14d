import { Pod } from '../../src/tools/kubernetes/objects/pod.ts';
import type { KubernetesObject } from '../fakes/kubernetes.ts';
import type { FakeStream } from '../fakes/loki.ts';

/**
 * What the kubelets would still have of what Loki has: of each container the instance that runs, and the one that
 * ended last. While a container waits to be started again, both are the latter.
 */
export function podLogsOf(
  objects: readonly KubernetesObject[],
  streams: readonly FakeStream[],
): Record<string, string> {
  return Object.fromEntries(
    objects
      .filter(({ kind }) => kind === 'Pod')
      .map((object) => Pod.parse(object))
      .flatMap(({ metadata: { namespace, name }, status }) =>
        status.containerStatuses.flatMap(({ name: container, state, lastState }) => {
          const said = linesOf(streams, { namespace, pod: name, container });
          const ended = lastState.terminated;
          const key = `${namespace}/${name}/${container}`;
          const previous = ended && between(said, ended.startedAt, ended.finishedAt);
          const running = state.running && between(said, state.running.startedAt, null);
          return [
            ...(running !== undefined || previous !== undefined
              ? [[key, running ?? previous ?? '']]
              : []),
            ...(previous === undefined ? [] : [[`${key}/previous`, previous]]),
          ];
        }),
      ),
  );
}

function linesOf(streams: readonly FakeStream[], labels: Record<string, string>) {
  return streams
    .filter(({ stream: own }) =>
      Object.entries(labels).every(([name, value]) => (own[name] ?? value) === value),
    )
    .filter(({ stream: own }) => own.pod !== undefined)
    .flatMap(({ values }) => values)
    .map(([ns, line]) => ({ at: new Date(Number(BigInt(ns) / 1_000_000n)).toISOString(), line }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

function between(
  lines: readonly { at: string; line: string }[],
  from: string | null | undefined,
  to: string | null | undefined,
): string {
  const [first, last] = [Date.parse(from ?? ''), Date.parse(to ?? '9999-12-31T00:00:00Z')];
  return lines
    .filter(({ at }) => Date.parse(at) >= first && Date.parse(at) <= last)
    .map(({ at, line }) => `${at} ${line}\n`)
    .join('');
}
