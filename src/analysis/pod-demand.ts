import type { Container, PodSpec } from '../tools/kubernetes/objects/pod.ts';
import type { LimitRange } from '../tools/kubernetes/objects/quota.ts';
import { parseQuantity } from '../tools/kubernetes/quantity.ts';

/** By resource: cores, bytes, pieces. */
export type Demand = ReadonlyMap<string, number>;

export type Bound = 'requests' | 'limits';

/**
 * What a pod asks for, as the scheduler and the quota count it: its containers together, or an init container that needs
 * more. A container that names a limit alone requests as much, and LimitRanges fill in what it does not name at all.
 */
export function demandOf(
  spec: PodSpec,
  bound: Bound,
  limitRanges: readonly LimitRange[] = [],
): Map<string, number> {
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const together = sum(
    [...spec.containers, ...sidecars].map((it) => ofContainer(it, bound, limitRanges)),
  );
  for (const init of spec.initContainers) {
    for (const [name, amount] of ofContainer(init, bound, limitRanges)) {
      together.set(name, Math.max(amount, together.get(name) ?? 0));
    }
  }
  return together;
}

function ofContainer(
  { resources }: Container,
  bound: Bound,
  limitRanges: readonly LimitRange[],
): Map<string, number> {
  const defaults = limitRanges
    .flatMap(({ spec }) => spec.limits)
    .filter(({ type }) => type === 'Container');
  const named = [
    ...defaults.map((it) => it.default),
    ...(bound === 'requests' ? defaults.map((it) => it.defaultRequest) : []),
    resources.limits,
    ...(bound === 'requests' ? [resources.requests] : []),
  ];
  // The later, the closer to the container: what it says itself wins.
  return new Map(
    named.flatMap(Object.entries<string | number>).flatMap(([name, value]) => {
      const amount = parseQuantity(value);
      return amount === null ? [] : [[name, amount] as const];
    }),
  );
}

function sum(all: readonly Demand[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const demand of all) {
    for (const [name, amount] of demand) total.set(name, amount + (total.get(name) ?? 0));
  }
  return total;
}
