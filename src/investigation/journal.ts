import { byId, type Evidence, type EvidenceRow, FIRST_ID } from '../evidence/evidence.ts';
import type { Clock } from '../lib/clock.ts';
import type { JsonObject } from '../lib/json.ts';
import { canonicalJson } from '../lib/json.ts';
import type { ModelTurn } from '../models/model.ts';
import type { ToolCaller, ToolContext } from '../tools/tool.ts';

/** Where a run's steps are kept: the store in production, memory in a replay. */
export interface StepStore {
  addEvidence(evidence: Evidence): Promise<void>;
  addTurn(index: number, turn: ModelTurn): Promise<void>;
}

export interface RecordedSteps {
  evidence: Evidence[];
  turns: ModelTurn[];
}

/**
 * The steps of one run, in order. A step that is already recorded is not taken again, so that a run whose
 * process died goes on where it was and pays for nothing twice. That works because the order of the steps
 * follows from the steps before: ids are given when a call is asked for, not when it ends.
 */
export class Journal {
  readonly #recorded: Map<string, Evidence>;
  readonly #turns: ModelTurn[];
  readonly #store: StepStore;
  readonly #clock: Clock;
  readonly #evidence = new Map<string, Evidence>();
  readonly #asked = { main: 0, aside: 0 };
  #turnsTaken = 0;

  constructor(recorded: RecordedSteps, store: StepStore, clock: Clock) {
    this.#recorded = new Map(recorded.evidence.map((evidence) => [evidence.id, evidence]));
    this.#turns = recorded.turns;
    this.#store = store;
    this.#clock = clock;
  }

  /** Calls a tool and keeps its whole output as evidence; a tool's failure is evidence too. */
  async call(
    caller: ToolCaller,
    tool: string,
    args: JsonObject,
    context: ToolContext,
    row: EvidenceRow = 'main',
  ): Promise<Evidence> {
    const id = this.#nextId(tool, args, row);
    const evidence = this.#recorded.get(id) ?? (await this.#take(id, caller, tool, args, context));
    this.#evidence.set(id, evidence);
    return evidence;
  }

  async turn(take: () => Promise<ModelTurn>): Promise<ModelTurn> {
    const index = this.#turnsTaken++;
    const recorded = this.#turns[index];
    if (recorded !== undefined) return recorded;
    const turn = await take();
    await this.#store.addTurn(index, turn);
    return turn;
  }

  /** Whether the next turn was taken before: then it costs nothing, and what follows is already decided. */
  get knowsNextTurn(): boolean {
    return this.#turns[this.#turnsTaken] !== undefined;
  }

  /** In the order of the ids. */
  evidence(): Evidence[] {
    return [...this.#evidence.values()].sort(byId);
  }

  textOf(id: string): string | null {
    return this.#evidence.get(id)?.text ?? null;
  }

  get toolCalls(): number {
    return this.#asked.main + this.#asked.aside;
  }

  async #take(
    id: string,
    caller: ToolCaller,
    tool: string,
    args: JsonObject,
    context: ToolContext,
  ): Promise<Evidence> {
    const startedAt = this.#clock.now();
    const result = await caller.call(tool, args, context);
    const ms = this.#clock.now().getTime() - startedAt.getTime();
    const evidence = { id, tool, args, ...result, startedAt: startedAt.toISOString(), ms };
    await this.#store.addEvidence(evidence);
    return evidence;
  }

  /**
   * The next id. When a newer version of this program resumes a run and asks for other things, ids that
   * are recorded for another call are passed over: what a report cites must never change.
   */
  #nextId(tool: string, args: JsonObject, row: EvidenceRow): string {
    for (;;) {
      this.#asked[row] += 1;
      const id = `E${FIRST_ID[row] + this.#asked[row]}`;
      const recorded = this.#recorded.get(id);
      const same =
        recorded === undefined ||
        (recorded.tool === tool && canonicalJson(recorded.args) === canonicalJson(args));
      if (same) return id;
    }
  }
}
