import type { DiagnosisCase } from './case.ts';
import { blindBoutiqueAddresses } from './cases/blind-boutique-addresses.ts';
import { blindBoutiqueAdmission } from './cases/blind-boutique-admission.ts';
import { blindBoutiqueCluster } from './cases/blind-boutique-cluster.ts';
import { blindBoutiqueImages } from './cases/blind-boutique-images.ts';
import { blindBoutiqueNames } from './cases/blind-boutique-names.ts';
import { blindBoutiqueNetwork } from './cases/blind-boutique-network.ts';
import { blindBoutiqueNodes } from './cases/blind-boutique-nodes.ts';
import { blindBoutiquePartial } from './cases/blind-boutique-partial.ts';
import { blindBoutiqueProbes } from './cases/blind-boutique-probes.ts';
import { blindBoutiqueResources } from './cases/blind-boutique-resources.ts';
import { blindBoutiqueScheduling } from './cases/blind-boutique-scheduling.ts';
import { blindBoutiqueSilent } from './cases/blind-boutique-silent.ts';
import { blindBoutiqueStores } from './cases/blind-boutique-stores.ts';
import { blindBoutiqueTraffic } from './cases/blind-boutique-traffic.ts';
import { blindBoutiqueVolumes } from './cases/blind-boutique-volumes.ts';

/** Nights of the boutique, written by somebody who had not read the analysers. */
export const boutiqueCases: readonly DiagnosisCase[] = [
  ...blindBoutiqueAdmission,
  ...blindBoutiqueScheduling,
  ...blindBoutiqueVolumes,
  ...blindBoutiqueImages,
  ...blindBoutiqueProbes,
  ...blindBoutiqueResources,
  ...blindBoutiqueStores,
  ...blindBoutiqueTraffic,
  ...blindBoutiqueAddresses,
  ...blindBoutiqueNetwork,
  ...blindBoutiqueNodes,
  ...blindBoutiqueCluster,
  ...blindBoutiqueSilent,
  ...blindBoutiqueNames,
  ...blindBoutiquePartial,
];
