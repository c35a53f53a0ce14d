import type { Evidence } from '../../src/evidence/evidence.ts';
import { applyDelivery } from '../../src/incident/apply.ts';
import { groupIdOf } from '../../src/incident/identity.ts';
import type { InvestigationEvent } from '../../src/investigation/events.ts';
import type { InvestigationDeps } from '../../src/investigation/investigate.ts';
import type { Block, ModelPort, ModelTurn, TurnRequest } from '../../src/models/model.ts';
import type { Conclusion } from '../../src/report/conclusion.ts';
import type { ToolCaller, ToolResult } from '../../src/tools/tool.ts';
import { alert, at, delivery } from '../incident/deliveries.ts';

const usage = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 };

export function turn(content: Block[], more: Partial<ModelTurn> = {}): ModelTurn {
  const asks = content.some((block) => block.type === 'tool_use');
  return { model: 'scripted', content, stopReason: asks ? 'tool_use' : 'end_turn', usage, ...more };
}

export function say(text: string, more: Partial<ModelTurn> = {}): ModelTurn {
  return turn([{ type: 'text', text }], more);
}

export function ask(
  name: string,
  input: Record<string, string | number>,
  id = `use-${name}`,
): Block {
  return { type: 'tool_use', id, name, input };
}

function conclusion(more: Partial<Conclusion> = {}): Conclusion {
  return {
    verdict: 'action_required',
    rootCause: {
      failureMode: 'oom-killed',
      object: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      statement: 'checkout goes over its memory limit and is killed.',
      confidence: 0.9,
    },
    candidates: [],
    claims: [
      {
        text: 'It was killed.',
        citation: { evidence: 'E1', quote: 'checkout-a   0/1  OOMKilled' },
      },
    ],
    ruledOut: [],
    gaps: [],
    nextSteps: [{ text: 'Raise the limit', command: null, risk: 'low' }],
    impact: 'Checkout fails.',
    timeline: [],
    ...more,
  };
}

export function concluding(more: Partial<Conclusion> = {}): ModelTurn {
  return say(JSON.stringify(conclusion(more)));
}

/** Answers with what the list holds, an item a call; an Error is thrown. Keeps a copy of every request. */
export class ScriptedModel implements ModelPort {
  readonly name = 'scripted';
  readonly requests: TurnRequest[] = [];
  readonly #script: (ModelTurn | Error)[];

  constructor(script: (ModelTurn | Error)[]) {
    this.#script = [...script];
  }

  async turn(request: TurnRequest): Promise<ModelTurn> {
    this.requests.push(structuredClone(request));
    const next = this.#script.shift();
    if (next === undefined) throw new Error('the script has no turn left');
    if (next instanceof Error) throw next;
    return next;
  }
}

const PODS = 'NAME         READY  STATUS\ncheckout-a   0/1  OOMKilled\n37 more Running';

/** A cluster in which one pod of `shop` is not well, and everything that can be asked for has an answer. */
export class ScriptedTools implements ToolCaller {
  readonly calls: string[] = [];
  readonly answers: Record<string, ToolResult> = {
    kubectl_get_pods: {
      text: PODS,
      structured: {
        pods: [{ namespace: 'shop', name: 'checkout-a', status: 'OOMKilled', healthy: false }],
      },
      isError: false,
    },
    kubectl_describe_pod: {
      text: '    last ended  OOMKilled, exit 137, at 2026-11-03T02:58:00Z',
      structured: null,
      isError: false,
    },
    query_prometheus: {
      text: '{pod="a"}\n  first 0  last 11  max 11',
      structured: null,
      isError: false,
    },
    search_logs: {
      text: '2026-11-03T02:57:59Z [a] java.lang.OutOfMemoryError: Java heap space',
      structured: null,
      isError: false,
    },
  };

  async list() {
    return Object.keys(this.answers).map((name) => ({
      name,
      description: name,
      inputSchema: { type: 'object' },
    }));
  }

  async call(name: string, args: Record<string, unknown>): Promise<ToolResult> {
    this.calls.push(`${name} ${JSON.stringify(args)}`);
    return this.answers[name] ?? { text: 'no such tool', structured: null, isError: true };
  }

  async close() {}
}

const fires = alert('a', {
  generatorUrl: 'http://prometheus:9090/graph?g0.expr=rate%28x%5B5m%5D%29&g0.tab=1',
});
const received = delivery(at(1), [fires]);
const opened = applyDelivery(null, received, groupIdOf(received), () => 'prod').incident;
if (opened === null) throw new Error('the delivery opens no incident');

export const investigation = {
  runId: 'run-1',
  incident: opened,
  window: { from: at(-60), to: at(1) },
};

export interface Scripted extends InvestigationDeps {
  tools: ScriptedTools;
  evidence: Evidence[];
  turns: ModelTurn[];
  events: InvestigationEvent[];
}

/** Everything an investigation needs, with memory in the place of the store. */
export function scripted(
  model: ModelPort | null,
  more: Partial<Omit<InvestigationDeps, 'tools'>> = {},
): Scripted {
  const evidence: Evidence[] = [];
  const turns: ModelTurn[] = [];
  const events: InvestigationEvent[] = [];
  return {
    model,
    tools: new ScriptedTools(),
    settings: {
      limits: { turns: 8, tokens: 100_000, usd: 1, seconds: 60 },
      toolLimits: { toolCalls: 50, concurrentToolCalls: 4, storedBytes: 1_000_000 },
      evidenceBytes: 2_000,
      maxOutputTokens: 4_000,
      costOf: () => 0.01,
    },
    recorded: { evidence: [], turns: [] },
    steps: {
      addEvidence: async (item) => void evidence.push(item),
      addTurn: async (index, taken) => {
        turns[index] = taken;
      },
    },
    clock: { now: () => new Date(at(2)) },
    emit: async (event) => void events.push(event),
    signal: new AbortController().signal,
    ...more,
    evidence,
    turns,
    events,
  };
}
