import { investigationWindow, type TimeWindow } from '../../src/alert/window.ts';
import { LimitsSection } from '../../src/config/limits.ts';
import { byId, type Evidence } from '../../src/evidence/evidence.ts';
import { applyDelivery } from '../../src/incident/apply.ts';
import { firstRunIdOf, groupIdOf } from '../../src/incident/identity.ts';
import { type InvestigationSettings, investigate } from '../../src/investigation/investigate.ts';
import { PROMPT_VERSION } from '../../src/investigation/prompt.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createRecordedModel } from '../../src/models/recorded.ts';
import type { Case } from '../../src/replay/case.ts';
import type { ToolCaller } from '../../src/tools/tool.ts';
import { startFakeKubernetes } from '../fakes/kubernetes.ts';
import { startFakeLoki } from '../fakes/loki.ts';
import { startFakePrometheus } from '../fakes/prometheus.ts';
import { HAND_WRITTEN } from './conversation.ts';
import { podLogsOf } from './pod-logs.ts';
import type { Scenario } from './scenario.ts';
import { systemObjects } from './system.ts';
import { connectTools, ENVIRONMENT, packageVersion } from './tool-connection.ts';

const ORIGIN =
  'The outputs were printed by the real tools from a made-up cluster. ' +
  "The model's turns were written by hand.";

const limits = LimitsSection.parse({});

/** The defaults of the program. Turns that no model wrote cost nothing. */
export const settings: InvestigationSettings = {
  limits,
  toolLimits: limits,
  evidenceBytes: limits.evidenceBytes,
  maxOutputTokens: 16_000,
  costOf: () => 0,
};

/** What a scenario's cluster answers the real tools, and what its turns come to: the case to ship. */
export async function recordScenario(scenario: Scenario): Promise<Case> {
  const { name, title, delivery, turns } = scenario;
  const { window, tools, calls, report } = await investigateScenario(scenario);
  return {
    format: 'probable-cause/case',
    version: 1,
    id: name,
    title,
    turnsBy: 'hand',
    origin: ORIGIN,
    deliveries: [delivery],
    environment: ENVIRONMENT,
    window,
    tools,
    calls,
    turns,
    report,
    versions: {
      probableCause: packageVersion(),
      prompt: PROMPT_VERSION,
      model: HAND_WRITTEN,
      turnsBy: 'hand',
    },
  };
}

/** The scenario's turns over its cluster, through the code that handles a live alert. */
async function investigateScenario(scenario: Scenario) {
  const { delivery, turns } = scenario;
  const { incident } = applyDelivery(null, delivery, groupIdOf(delivery), () => ENVIRONMENT);
  if (incident === null)
    throw new Error(`scenario ${scenario.name}: its delivery opens no incident`);
  const window = investigationWindow(incident.startedAt, delivery.receivedAt);
  const cluster = await startCluster(scenario, window);
  const calls: Evidence[] = [];
  try {
    const report = await investigate(
      { runId: firstRunIdOf(incident.id), incident, window },
      {
        tools: cluster.tools,
        model: createRecordedModel(turns, HAND_WRITTEN),
        settings,
        recorded: { evidence: [], turns: [] },
        steps: {
          addEvidence: async (item) => void calls.push(item),
          addTurn: async () => {},
        },
        clock: stoppedAt(delivery.receivedAt),
        emit: async () => {},
        signal: new AbortController().signal,
      },
    );
    // Calls of one turn end in any order.
    calls.sort(byId);
    return { window, tools: await cluster.tools.list(), calls, report };
  } finally {
    await cluster.close();
  }
}

/** A clock that stands still: no case may depend on how fast the machine was that made it. */
export function stoppedAt(instant: string): Clock {
  return { now: () => new Date(instant) };
}

interface Cluster {
  tools: ToolCaller;
  close(): Promise<void>;
}

/** The scenario's systems over real HTTP, behind the real tools, behind the real tool server. */
async function startCluster(scenario: Scenario, window: TimeWindow): Promise<Cluster> {
  const [kubernetes, prometheus, loki] = await Promise.all([
    startFakeKubernetes({
      objects: [...scenario.objects, ...systemObjects],
      logs: podLogsOf(scenario.objects, scenario.streams),
    }),
    startFakePrometheus({ series: scenario.queries }),
    startFakeLoki({ streams: scenario.streams }),
  ]);
  const tools = await connectTools(
    {
      kubernetes: { url: kubernetes.url },
      prometheus: { url: prometheus.url },
      loki: { url: loki.url },
    },
    window,
  );
  return {
    tools,
    async close() {
      await tools.close();
      await Promise.all([kubernetes.close(), prometheus.close(), loki.close()]);
    },
  };
}
