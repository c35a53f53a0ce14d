import type { DiagnosisCase } from './case.ts';
import { admission } from './cases/admission.ts';
import { change } from './cases/change.ts';
import { metricCases } from './cases/metrics.ts';
import { nodes } from './cases/nodes.ts';
import { run } from './cases/run.ts';
import { storeCases } from './cases/stores.ts';
import { trafficAddresses } from './cases/traffic-addresses.ts';
import { trafficGates } from './cases/traffic-gates.ts';
import { trafficNames } from './cases/traffic-names.ts';
import { trafficServices } from './cases/traffic-services.ts';

/** Every case, family by family. */
export const CASES: readonly DiagnosisCase[] = [
  ...admission,
  ...run,
  ...storeCases,
  ...trafficServices,
  ...trafficAddresses,
  ...trafficNames,
  ...trafficGates,
  ...nodes,
  ...change,
  ...metricCases,
];
