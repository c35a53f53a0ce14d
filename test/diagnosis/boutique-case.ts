import { onlineBoutique } from './boutique.ts';
import type { Cause, DiagnosisCase } from './case.ts';
import type { World } from './world.ts';

interface BoutiqueCase {
  name: string;
  family: DiagnosisCase['family'];
  alert?: DiagnosisCase['alert'];
  /** There is no Prometheus there. */
  blind?: boolean;
  arrange(world: World): void;
  causes: [Cause, ...Cause[]];
}

export const FRONTEND_ERRORS: DiagnosisCase['alert'] = {
  name: 'FrontendHighErrorRate',
  labels: { service: 'frontend' },
  summary: 'More than 5% of the requests to frontend fail',
};
export const FRONTEND_SLOW: DiagnosisCase['alert'] = {
  name: 'FrontendHighLatency',
  labels: { service: 'frontend' },
  summary: 'p95 latency of frontend is above 1 s',
};
export const SHOP_DEGRADED: DiagnosisCase['alert'] = {
  name: 'OnlineBoutiqueDegraded',
  summary: 'The synthetic journey through the online boutique fails',
};

/** A night of the boutique; half of those who write cases for it have no metrics. */
export function boutiqueCase({
  name,
  family,
  alert = SHOP_DEGRADED,
  blind = false,
  arrange,
  causes,
}: BoutiqueCase): DiagnosisCase {
  return {
    name: `blind-boutique-${name}`,
    family,
    alert,
    system: onlineBoutique,
    arrange(world) {
      arrange(world);
      world.syncEndpoints('frontend-external');
      if (blind) world.series.length = 0;
    },
    expected: { causes },
  };
}
