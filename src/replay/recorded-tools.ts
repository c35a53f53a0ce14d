import type { Evidence } from '../evidence/evidence.ts';
import { canonicalJson, type JsonObject } from '../lib/json.ts';
import type { ToolCaller, ToolResult, ToolSpec } from '../tools/tool.ts';

/** What a call gets that was never recorded: an answer that cannot be taken for an observation. */
const NOT_RECORDED = 'NOT_RECORDED';

/** The tools of a case: every answer is one that was recorded, and nothing reaches a network. */
export class RecordedTools implements ToolCaller {
  readonly #tools: ToolSpec[];
  readonly #answers = new Map<string, ToolResult[]>();
  #notRecorded = 0;

  constructor(tools: ToolSpec[], calls: Evidence[]) {
    this.#tools = tools;
    for (const { tool, args, text, structured, isError } of calls) {
      const key = keyOf(tool, args);
      this.#answers.set(key, [...(this.#answers.get(key) ?? []), { text, structured, isError }]);
    }
  }

  /** How many calls had no recorded answer. */
  get notRecorded(): number {
    return this.#notRecorded;
  }

  async list(): Promise<ToolSpec[]> {
    return this.#tools;
  }

  /** Equal calls get their answers in the order in which they were recorded; the last one stays. */
  async call(name: string, args: JsonObject): Promise<ToolResult> {
    const answers = this.#answers.get(keyOf(name, args)) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer !== undefined) return answer;
    this.#notRecorded += 1;
    return {
      text: `${NOT_RECORDED}: this call was not made when the case was recorded, so its answer is not known.`,
      structured: null,
      isError: true,
    };
  }

  async close(): Promise<void> {}
}

function keyOf(tool: string, args: JsonObject): string {
  return `${tool} ${canonicalJson(args)}`;
}
