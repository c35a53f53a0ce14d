import { z } from 'zod';
import type { EndpointSlice, Service } from '../objects/network.ts';

export const Endpoints = z.object({
  ready: z.number(),
  /** The pods, or addresses, that are not sent to. */
  notReady: z.array(z.string()),
});
export type Endpoints = z.infer<typeof Endpoints>;

/** Where a Service sends to, by its slices. One that leaves is neither ready nor amiss. */
export function endpointsOf(service: Service, slices: readonly EndpointSlice[]): Endpoints {
  const endpoints = slices
    .filter(
      ({ metadata }) => metadata.labels['kubernetes.io/service-name'] === service.metadata.name,
    )
    .flatMap(({ endpoints: own }) => own ?? []);
  const names = (ready: boolean) => [
    ...new Set(
      endpoints
        .filter(({ conditions }) => (conditions.ready ?? true) === ready)
        .filter(({ conditions }) => ready || !conditions.terminating)
        .map(({ targetRef, addresses }) => targetRef?.name || addresses.join(',')),
    ),
  ];
  return { ready: names(true).length, notReady: names(false) };
}

/** A Service that selects nothing has none either, which its selector tells better. */
export function endpointMismatches({ metadata: { name } }: Service, found: Endpoints): string[] {
  const { ready, notReady } = found;
  const all = ready + notReady.length;
  if (notReady.length > 0 && ready === 0)
    return [`Service ${name} has no ready endpoint of ${all}`];
  return notReady.length > 0
    ? [`Service ${name}: ${notReady.length} of ${all} endpoints not ready: ${notReady.join(', ')}`]
    : [];
}
