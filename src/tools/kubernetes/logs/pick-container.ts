import { ToolError } from '../../tool.ts';
import type { ContainerSummary } from '../pod-status.ts';

export interface Picked {
  container: ContainerSummary;
  /** Why this one, where there was a choice. */
  why: string | null;
}

/**
 * The container whose log is wanted: the one that is named, or the only one, or the one that failed, or the one
 * that the pod says is its main one, or the first.
 *
 * @throws ToolError that lists the containers when the named one is not among them.
 */
export function pickContainer(
  containers: readonly ContainerSummary[],
  name: string | undefined,
  preferred: string | undefined,
): Picked {
  if (name !== undefined) {
    const named = containers.find((it) => it.name === name);
    if (named) return { container: named, why: null };
    throw new ToolError(
      `The pod has no container "${name}"; it has ${listContainers(containers)}.`,
    );
  }
  const main = containers.filter(({ init }) => !init);
  const failed = containers.find(hasFailed);
  const first = main.find((it) => it.name === preferred) ?? main[0] ?? containers[0];
  if (failed && containers.length > 1) return { container: failed, why: 'it failed' };
  if (first === undefined) throw new ToolError('The pod has no container.');
  return { container: first, why: main.length > 1 ? 'none was named' : null };
}

/** A container that never started has no log, whatever is wrong with it. */
function hasFailed({ exitCode, last }: ContainerSummary): boolean {
  return (exitCode !== null && exitCode !== 0) || (last !== null && last.exitCode !== 0);
}

export function listContainers(containers: readonly ContainerSummary[]): string {
  return containers.map(({ name, init }) => (init ? `${name} (init)` : name)).join(', ');
}
