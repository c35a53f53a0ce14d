import type { Delivery } from '../../src/alert/alert.ts';
import { investigationWindow } from '../../src/alert/window.ts';
import { type Diagnosis, diagnose } from '../../src/analysis/diagnose.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { applyDelivery } from '../../src/incident/apply.ts';
import { groupIdOf } from '../../src/incident/identity.ts';
import { gather } from '../../src/investigation/gather.ts';
import { Journal } from '../../src/investigation/journal.ts';
import { subjectOf } from '../../src/investigation/subject.ts';
import { symptomOf } from '../../src/investigation/symptom-of.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ToolCaller } from '../../src/tools/tool.ts';
import { startFakeKubernetes } from '../fakes/kubernetes.ts';
import { startFakeLoki } from '../fakes/loki.ts';
import { podLogsOf } from '../scenarios/pod-logs.ts';
import { connectTools, ENVIRONMENT } from '../scenarios/tool-connection.ts';
import type { DiagnosisCase } from './case.ts';
import { shopDelivery } from './delivery.ts';
import type { World } from './world.ts';

export interface Played {
  diagnosis: Diagnosis;
  evidence: Evidence[];
  seconds: number;
}

/** The systems of a world over real HTTP, read by the real tools, and what code makes of them. */
export async function play(
  one: DiagnosisCase,
  world: World,
  prometheusUrl: string | null,
  through?: (tools: ToolCaller) => ToolCaller,
): Promise<Played> {
  const { symptom, window, evidence, startedAt } = await read(one, world, prometheusUrl, through);
  const diagnosis = diagnose(symptom, window, evidence);
  return { diagnosis, evidence, seconds: (performance.now() - startedAt) / 1000 };
}

/** Only what is gathered of it. */
export async function read(
  one: Pick<DiagnosisCase, 'name' | 'alert'>,
  world: World,
  prometheusUrl: string | null,
  through: (tools: ToolCaller) => ToolCaller = (tools) => tools,
) {
  const delivery: Delivery = shopDelivery(one, world);
  const { incident } = applyDelivery(null, delivery, groupIdOf(delivery), () => ENVIRONMENT);
  if (incident === null) throw new Error(`case ${one.name}: its delivery opens no incident`);
  const window = investigationWindow(incident.startedAt, delivery.receivedAt);
  const [kubernetes, loki] = await Promise.all([
    startFakeKubernetes({ objects: world.objects, logs: podLogsOf(world.objects, world.streams) }),
    startFakeLoki({ streams: world.streams }),
  ]);
  const prometheus = prometheusUrl === null ? {} : { prometheus: { url: prometheusUrl } };
  const tools = through(
    await connectTools(
      { kubernetes: { url: kubernetes.url }, loki: { url: loki.url }, ...prometheus },
      window,
    ),
  );
  try {
    const startedAt = performance.now();
    const steps = { addEvidence: async () => {}, addTurn: async () => {} };
    const { evidence } = await gather(subjectOf(incident, window), {
      tools,
      journal: new Journal({ evidence: [], turns: [] }, steps, systemClock),
      context: { window, signal: new AbortController().signal },
      emit: async () => {},
    });
    return { symptom: symptomOf(incident), window, evidence, startedAt };
  } finally {
    await tools.close();
    await Promise.all([kubernetes.close(), loki.close()]);
  }
}
