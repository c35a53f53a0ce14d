import { boutiqueCases } from './boutique-cases.ts';
import type { DiagnosisCase } from './case.ts';
import { admission } from './cases/admission.ts';
import { change } from './cases/change.ts';
import { falseAlarms } from './cases/false-alarm.ts';
import { metricCases } from './cases/metrics.ts';
import { noAnswer } from './cases/no-answer.ts';
import { nodes } from './cases/nodes.ts';
import { run } from './cases/run.ts';
import { scheduling } from './cases/scheduling.ts';
import { schedulingNodes } from './cases/scheduling-nodes.ts';
import { start } from './cases/start.ts';
import { startImages } from './cases/start-images.ts';
import { startProcesses } from './cases/start-processes.ts';
import { storeCases } from './cases/stores.ts';
import { trafficAddresses } from './cases/traffic-addresses.ts';
import { trafficChains } from './cases/traffic-chains.ts';
import { trafficGates } from './cases/traffic-gates.ts';
import { trafficLatency } from './cases/traffic-latency.ts';
import { trafficNames } from './cases/traffic-names.ts';
import { trafficServices } from './cases/traffic-services.ts';
import { twoCauses } from './cases/two-causes.ts';
import { volumes } from './cases/volumes.ts';

/** Every case, family by family. */
export const CASES: readonly DiagnosisCase[] = [
  ...admission,
  ...scheduling,
  ...schedulingNodes,
  ...volumes,
  ...startImages,
  ...start,
  ...startProcesses,
  ...run,
  ...storeCases,
  ...trafficServices,
  ...trafficAddresses,
  ...trafficNames,
  ...trafficGates,
  ...trafficLatency,
  ...trafficChains,
  ...nodes,
  ...change,
  ...metricCases,
  ...falseAlarms,
  ...twoCauses,
  ...noAnswer,
  ...boutiqueCases,
];
