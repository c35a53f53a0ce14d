import type { Conclusion } from '../../src/report/conclusion.ts';
import type { FakeAnthropicOptions, ScriptedTurn } from '../fakes/anthropic.ts';

/** What the fake model is asked. */
export type Asked = Parameters<
  Extract<FakeAnthropicOptions['script'], (...args: never) => unknown>
>[0];

type ClaimGiven = Conclusion['claims'][number];

interface Shown {
  id: string;
  tool: string;
  text: string;
}

/** The name of the alert that an investigation is about: a test may let the model behave by it. */
export function alertNameOf(request: Asked): string {
  const name = /"alertname": "([^"]+)"/.exec(textsOf(request)[0] ?? '')?.[1];
  if (name === undefined) throw new Error('the model was not told of which alert');
  return name;
}

/** How many turns the model has taken before this request. */
export function turnsBefore(request: Asked): number {
  return request.messages.filter(({ role }) => role === 'assistant').length;
}

/**
 * An engineer's work in three turns: a look at logs and metrics at the same time, enough seen, and the
 * conclusion with quotes from what was really shown, so that it holds whatever the tools print. `more` are
 * claims besides the two that each conclusion makes.
 */
export function investigates(request: Asked, more: () => ClaimGiven[] = () => []): ScriptedTurn {
  if (request.output_config?.format !== undefined) {
    return { content: [{ type: 'text', text: JSON.stringify(conclusionFrom(request, more())) }] };
  }
  if (turnsBefore(request) > 0) return { content: [{ type: 'text', text: 'I have seen enough.' }] };
  return {
    content: [
      { type: 'text', text: 'What did it log, and how did its memory grow?' },
      { type: 'tool_use', name: 'search_logs', input: { query: '{namespace="shop"} |= "heap"' } },
      { type: 'tool_use', name: 'query_prometheus', input: { query: 'memory_bytes' } },
    ],
  };
}

function conclusionFrom(request: Asked, more: ClaimGiven[]): Conclusion {
  return {
    verdict: 'action_required',
    rootCause: {
      failureMode: 'oom-killed',
      object: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      statement: 'checkout needs more memory than its limit of 256Mi and is killed.',
      confidence: 0.9,
    },
    candidates: [],
    claims: [
      citing(request, 'The pod does not stay up.', 'kubectl_get_pods', 'CrashLoopBackOff'),
      citing(request, 'The kernel killed it.', 'kubectl_describe_pod', 'OOMKilled'),
      ...more,
    ],
    ruledOut: ['A bad image: it was pulled and it started.'],
    gaps: [],
    nextSteps: [
      {
        text: 'Raise the memory limit',
        command: 'kubectl -n shop set resources deployment/checkout --limits=memory=512Mi',
        risk: 'low',
      },
    ],
    impact: 'Customers cannot check out.',
    timeline: [],
  };
}

/** A claim with the first line that holds `word` in an output of the tool. */
export function citing(request: Asked, text: string, tool: string, word: string): ClaimGiven {
  for (const shown of evidenceIn(request)) {
    const line = shown.text.split('\n').find((candidate) => candidate.includes(word));
    if (shown.tool === tool && line !== undefined) {
      return { text, citation: { evidence: shown.id, quote: line.trim() } };
    }
  }
  throw new Error(`no output of ${tool} that holds ${word} was shown to the model`);
}

function evidenceIn(request: Asked): Shown[] {
  const fenced = /<evidence id="(E\d+)" tool="(\w+)"[^\n]*>\n([\s\S]*?)\n<\/evidence>/g;
  return textsOf(request).flatMap((text) =>
    [...text.matchAll(fenced)].map(([, id = '', tool = '', inside = '']) => ({
      id,
      tool,
      text: inside,
    })),
  );
}

function textsOf(request: Asked): string[] {
  return request.messages.flatMap(({ content }) =>
    content.flatMap((block) => {
      if (block.type === 'text') return [block.text];
      return block.type === 'tool_result' ? [block.content] : [];
    }),
  );
}
