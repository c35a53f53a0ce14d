import { boutiqueCases } from './boutique-cases.ts';
import type { DiagnosisCase } from './case.ts';
import { admission } from './cases/admission.ts';
import { blindTrainAdmission } from './cases/blind-train-admission.ts';
import { blindTrainNetwork } from './cases/blind-train-network.ts';
import { blindTrainNodes } from './cases/blind-train-nodes.ts';
import { blindTrainRun } from './cases/blind-train-run.ts';
import { blindTrainScheduling } from './cases/blind-train-scheduling.ts';
import { blindTrainStart } from './cases/blind-train-start.ts';
import { blindTrainStores } from './cases/blind-train-stores.ts';
import { blindTrainTraffic } from './cases/blind-train-traffic.ts';
import { blindTrainVolumes } from './cases/blind-train-volumes.ts';
import { change } from './cases/change.ts';
import { falseAlarms } from './cases/false-alarm.ts';
import { metricCases } from './cases/metrics.ts';
import { noAnswer } from './cases/no-answer.ts';
import { nodes } from './cases/nodes.ts';
import { run } from './cases/run.ts';
import { runRights } from './cases/run-rights.ts';
import { scheduling } from './cases/scheduling.ts';
import { schedulingNodes } from './cases/scheduling-nodes.ts';
import { seldom } from './cases/seldom.ts';
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
  ...runRights,
  ...storeCases,
  ...trafficServices,
  ...trafficAddresses,
  ...trafficNames,
  ...trafficGates,
  ...trafficLatency,
  ...trafficChains,
  ...nodes,
  ...seldom,
  ...blindTrainAdmission,
  ...blindTrainNetwork,
  ...blindTrainNodes,
  ...blindTrainVolumes,
  ...blindTrainRun,
  ...blindTrainScheduling,
  ...blindTrainStart,
  ...blindTrainStores,
  ...blindTrainTraffic,
  ...change,
  ...metricCases,
  ...falseAlarms,
  ...twoCauses,
  ...noAnswer,
  ...boutiqueCases,
];
