import type { TimeWindow } from '../alert/window.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { canonicalJson, type Json, type JsonObject } from '../lib/json.ts';
import type { ToolCaller } from '../tools/tool.ts';
import { type ListedPod, podsIn } from './listed-pods.ts';

/** What was listed of pods before, and what the same questions give now. */
export interface PodsBeforeAndNow {
  before: ListedPod[];
  now: ListedPod[];
}

/** An incident spans few namespaces; what a model listed beyond them is not worth asking again. */
const MAX_QUESTIONS = 5;

/**
 * Lists the same pods as an investigation did, without any model. Null when it had listed none, or when one of the
 * lists cannot be had now: what is missing must not look as if it had recovered.
 */
export async function listPodsAgain(
  evidence: readonly Evidence[],
  tools: ToolCaller,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<PodsBeforeAndNow | null> {
  const asked = new Map<string, { args: JsonObject; structured: Json }>();
  for (const { tool, args, structured, isError } of evidence) {
    if (tool !== 'kubectl_get_pods' || isError || Object.keys(args).join() !== 'namespace')
      continue;
    const key = canonicalJson(args);
    if (asked.size < MAX_QUESTIONS && !asked.has(key)) asked.set(key, { args, structured });
  }
  if (asked.size === 0) return null;
  const questions = [...asked.values()];
  const answers = await Promise.all(
    questions.map(({ args }) => tools.call('kubectl_get_pods', args, { window, signal })),
  );
  if (answers.some(({ isError }) => isError)) return null;
  return {
    before: questions.flatMap(({ structured }) => podsIn(structured)),
    now: answers.flatMap(({ structured }) => podsIn(structured)),
  };
}
