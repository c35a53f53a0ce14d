import type { Delivery } from '../alert/alert.ts';
import type { TimeWindow } from '../alert/window.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { DecidedDelivery, Decision, Incident } from '../incident/incident.ts';
import type { EvidenceLine, Notice } from '../incident/view.ts';
import type { RecentRun } from '../investigation/admission.ts';
import type { ModelTurn } from '../models/model.ts';
import type { MessageRef } from '../notify/channel.ts';
import type { Report } from '../report/report.ts';
import type { ToolSpec } from '../tools/tool.ts';

/** What `decide` gives: the decision and the incident as it is after it (null when there is none). */
export interface Outcome {
  decision: Decision;
  incident: Incident | null;
  /** Ids of the early deliveries that belong to the incident after all. Default: none. */
  adopted?: readonly string[];
}

export interface Run {
  id: string;
  incidentId: string;
  state: 'queued' | 'running' | 'concluded';
  window: TimeWindow;
  /** As it was when the run started: alerts that join later must not change what it asks. Null before. */
  incident: Incident | null;
  progress: string[];
  report: Report | null;
  /** Which hourly limit keeps the model from it, decided when it started; null when none does. */
  withheld: Report['stopped'];
  /** The tools there were when it started: what a model may call must not change under way. Empty before. */
  tools: ToolSpec[];
  /** Of what ran it: { probableCause, prompt, model, turnsBy }. Empty before it starts. */
  versions: Record<string, string>;
  startedAt: string | null;
  concludedAt: string | null;
}

export interface RunStart extends Pick<Run, 'tools' | 'versions'> {
  incident: Incident;
  at: string;
  /** Decides on the model, given the runs with one that began within the hour before. Default: it is not withheld. */
  withhold?: (recent: RecentRun[]) => Report['stopped'];
}

/** An incident that has no run (`runId` null), or one of its runs that has no report yet. */
export interface Unconcluded {
  incidentId: string;
  openedAt: string;
  runId: string | null;
}

/** The ledger's row for one outside effect, such as one Slack message. */
export interface Effect {
  key: string;
  /** `claimed`: somebody is at it, or died at it; `done`: it happened and `ref` says where. */
  state: 'claimed' | 'done';
  ref: MessageRef | null;
  /** Digest of the content last confirmed. */
  digest: string | null;
}

/** Everything durable. One implementation (PostgreSQL, embedded or not); an interface so that its shape is seen. */
export interface Store {
  /**
   * In one transaction, holding the group's lock: a delivery seen before returns what was decided then;
   * a new one is decided with the group's latest incident and its early deliveries, and stored. Early are the
   * last few that were decided as belonging to no incident.
   */
  record(
    groupId: string,
    delivery: Delivery,
    decide: (latest: Incident | null, early: Delivery[]) => Outcome,
  ): Promise<DecidedDelivery>;

  incident(id: string): Promise<Incident | null>;
  /** Newest first. `before` is an `openedAt`. */
  incidents(page: { limit: number; before: string | null }): Promise<Incident[]>;
  /** Those that are open and were opened since then, newest first, at most 1,000. */
  openIncidents(since: string): Promise<Incident[]>;
  /** Oldest first, ignored ones left out. Whole bodies: for export, not for every look at a thread. */
  deliveries(incidentId: string): Promise<DecidedDelivery[]>;
  /** What the thread says, oldest first, and the most alerts that a delivery left out. */
  notices(incidentId: string): Promise<{ notices: Notice[]; truncatedAlerts: number }>;

  /** Tells the thread something besides the deliveries. Idempotent by the notice's id: the first stays. */
  addNotice(incidentId: string, notice: Notice): Promise<void>;
  /** How often a group fired since an instant: what opened, re-fired or reopened, mere repetitions left out. */
  firings(groupId: string, since: string): Promise<number>;

  /** Makes the run unless it exists; either way returns it as stored. */
  ensureRun(run: Pick<Run, 'id' | 'incidentId' | 'window'>): Promise<Run>;
  run(id: string): Promise<Run | null>;
  /** Newest first. */
  runs(incidentId: string): Promise<Run[]>;
  /** Marks a queued run as running, one at a time, so that no two count on the same money. A run that runs or is concluded stays as it is: its worker died and it goes on. */
  startRun(id: string, start: RunStart): Promise<void>;
  addProgress(id: string, line: string): Promise<void>;
  /** The first report stays: false when the run was concluded before. */
  concludeRun(id: string, report: Report, at: string): Promise<boolean>;

  /** What was opened since then and waits for a report, the incident that was opened first coming first. */
  unconcluded(page: { since: string; limit: number }): Promise<Unconcluded[]>;

  /** Idempotent by (run, id): the first stays. */
  addEvidence(runId: string, evidence: Evidence): Promise<void>;
  evidence(runId: string): Promise<Evidence[]>;
  /** The same as the thread lists it, without the outputs. */
  evidenceLines(runId: string): Promise<EvidenceLine[]>;
  /** Idempotent by (run, index): the first stays. `index` counts from 0. */
  addTurn(runId: string, index: number, turn: ModelTurn): Promise<void>;
  turns(runId: string): Promise<ModelTurn[]>;

  /**
   * Takes the effect for `owner` for `leaseMs`. Null when another owner's lease still runs.
   * Otherwise the row as it was before this claim (`key` new: state `claimed`, no ref): a `claimed` row
   * that had been taken before means that the effect may or may not have happened.
   */
  claimEffect(
    scope: string,
    key: string,
    owner: string,
    leaseMs: number,
  ): Promise<{ before: Effect | null } | null>;
  /** @throws when `owner` no longer holds the claim. */
  completeEffect(
    scope: string,
    key: string,
    owner: string,
    done: { ref: MessageRef; digest: string },
  ): Promise<void>;
  /** Gives a claim back after a failure that certainly left nothing outside. */
  releaseEffect(scope: string, key: string, owner: string): Promise<void>;
  effects(scope: string): Promise<Effect[]>;

  ping(): Promise<void>;
  close(): Promise<void>;
}
