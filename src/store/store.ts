import type { Delivery } from '../alert/alert.ts';
import type { TimeWindow } from '../alert/window.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Around, Gathering, Leader, Member, Members } from '../incident/gather-of.ts';
import type { DecidedDelivery, Decision, Incident } from '../incident/incident.ts';
import type { Outline } from '../incident/outline.ts';
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

/**
 * One pass over an incident, or over several that share it. A run with a leader is never started: its state, report and
 * times are those of the leader, whose own are as if it were alone.
 */
export interface Run {
  id: string;
  incidentId: string;
  /** The run that investigates for this one too; null when it does so by itself. */
  leader: Leader | null;
  /** Those that it led when it began: who joins later must not change what it asks. */
  members: Members;
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

/** A run without the two documents that only who goes on with it needs: together they are most of its size. */
export type RunSummary = Omit<Run, 'incident' | 'tools'>;

export interface RunRequest extends Pick<Run, 'id' | 'incidentId' | 'window'> {
  /** Whether it shares an investigation. Default: it does not, and nobody shares it. */
  share?: Sharing;
}

export interface Sharing {
  environment: string;
  openedAt: string;
  outline: Outline;
  /** Runs of incidents that were opened further from it than this are not offered. */
  windowMs: number;
  /** Decides with what else was opened about then, one run at a time. */
  gather: (around: Around) => Gathering;
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

/**
 * An incident's place among all, the one that was opened last coming first. The id decides between those that were
 * opened in the same millisecond; an empty one stands for the end of that millisecond.
 */
export interface IncidentPlace {
  openedAt: string;
  id: string;
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
  /** Newest first. */
  incidents(page: { limit: number; before: IncidentPlace | null }): Promise<Incident[]>;
  /** The last that was opened of a group, be it over or not. */
  latestIncident(groupId: string): Promise<Incident | null>;
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

  /**
   * Makes the run unless it exists; either way returns it as stored. Whom it shares with is decided once, one at a
   * time and while no run begins, so that of any number there is one leader.
   */
  ensureRun(request: RunRequest): Promise<Run>;
  /**
   * Of a waiting run whose incident is over: makes the first of its members that is still open the leader of the others,
   * and of it. Without such a member, or once it has a leader, it stays as it is. Returns it as stored.
   */
  passLead(id: string): Promise<Run>;
  /** The runs of other incidents that a run investigates for, the one that was opened first coming first. */
  members(id: string): Promise<Member[]>;
  run(id: string): Promise<Run | null>;
  /** Newest first. */
  runs(incidentId: string): Promise<RunSummary[]>;
  /** Whether the incident of a run, and all those that it investigates for, have resolved. */
  isRunOver(id: string): Promise<boolean>;
  /** Marks a queued run as running, one at a time, so that no two count on the same money. A run that runs or is concluded stays as it is: its worker died and it goes on. So does one that has a leader. */
  startRun(id: string, start: RunStart): Promise<void>;
  /** Those with a model that began within the hour before. */
  recentRuns(at: string): Promise<RecentRun[]>;
  addProgress(id: string, line: string): Promise<void>;
  /** The first report stays: false when the run was concluded before. */
  concludeRun(id: string, report: Report, at: string): Promise<boolean>;

  /** What was opened since then and waits for a report of its own, the incident that was opened first coming first. */
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
