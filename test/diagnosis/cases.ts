import type { DiagnosisCase } from './case.ts';
import { admission } from './cases/admission.ts';
import { trafficAddresses } from './cases/traffic-addresses.ts';
import { trafficServices } from './cases/traffic-services.ts';

/** Every case, family by family. */
export const CASES: readonly DiagnosisCase[] = [
  ...admission,
  ...trafficServices,
  ...trafficAddresses,
];
