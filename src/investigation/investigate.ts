import type { TimeWindow } from '../alert/window.ts';
import { diagnose } from '../analysis/diagnose.ts';
import type { Symptom } from '../analysis/symptom.ts';
import { createCitationCheck } from '../evidence/citation.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { type Members, NO_MEMBERS } from '../incident/gather-of.ts';
import type { Incident } from '../incident/incident.ts';
import type { Clock } from '../lib/clock.ts';
import { type Message, ModelError, type ModelPort, type ModelUsage } from '../models/model.ts';
import { reportOfConclusion, reportOfGathered } from '../report/compose.ts';
import { reportOfDiagnosis } from '../report/diagnosed.ts';
import type { Citation, Report, Usage } from '../report/report.ts';
import type { ToolCaller } from '../tools/tool.ts';
import { afterTurn, type Limits, nothingSpent } from './budget.ts';
import { type Concluded, conclude } from './conclude.ts';
import type { InvestigationEvent } from './events.ts';
import { factsOf } from './facts.ts';
import { type Gathered, gapsOfFailures, gather } from './gather.ts';
import { Journal, type RecordedSteps, type StepStore } from './journal.ts';
import { limitTools, type ToolLimits } from './limited-tools.ts';
import { catalogueOf, type LoopDeps, type Stopped, searchLoop } from './loop.ts';
import { Meter } from './meter.ts';
import { openingMessage } from './prompt.ts';
import { type Subject, subjectOf } from './subject.ts';
import { symptomOf } from './symptom-of.ts';

export interface InvestigationSettings {
  limits: Limits;
  toolLimits: ToolLimits;
  /** How much of one output the model is shown, in bytes of UTF-8. */
  evidenceBytes: number;
  maxOutputTokens: number;
  /** Dollars for one turn's usage; 0 when the price is not known. */
  costOf: (usage: ModelUsage) => number;
}

export interface InvestigationDeps {
  tools: ToolCaller;
  /** Null: the report is what was gathered. */
  model: ModelPort | null;
  /** The hourly limit that keeps the model from this run: the report is as without one. Default: none. */
  withheld?: Stopped | null;
  settings: InvestigationSettings;
  recorded: RecordedSteps;
  steps: StepStore;
  clock: Clock;
  emit: (event: InvestigationEvent) => Promise<void>;
  /** Whether the alerts have resolved: then nothing more is searched for, and it concludes. Default: never. */
  isOver?: () => Promise<boolean>;
  /** Aborting it rejects the investigation; reaching a limit does not. */
  signal: AbortSignal;
}

export interface Investigation {
  runId: string;
  incident: Incident;
  /** The incidents that share it. Default: none. */
  members?: Members;
  window: TimeWindow;
  /** What is to be explained. Default: what the incident's alerts say. */
  symptom?: Symptom | undefined;
}

/**
 * One run over an incident. It always ends in a report, unless it is aborted: without a model, or when the
 * model is down, over budget or wrong, the report is what was gathered and what was not.
 */
export async function investigate(
  { runId, incident, window, members = NO_MEMBERS, symptom }: Investigation,
  given: InvestigationDeps,
): Promise<Report> {
  const deps = { ...given, tools: limitTools(given.tools, given.settings.toolLimits) };
  const { model, settings, clock, signal } = deps;
  const meter = new Meter(settings.limits, settings.costOf, clock);
  const journal = new Journal(deps.recorded, deps.steps, clock);
  const subject = subjectOf(incident, window, members);
  const { tools, emit } = deps;
  const gathered = await gather(subject, { tools, journal, emit, context: { window, signal } });
  const gaps = () => [
    ...(incident.gaps ?? []),
    ...gathered.gaps,
    ...gapsOfFailures(journal.evidence()),
  ];
  const frame = (stopped: Stopped | null) => ({
    incidentId: incident.id,
    runId,
    stopped,
    usage: usageOf(meter, journal),
  });
  const withoutModel = (why: string, name: string | null, stopped: Stopped | null) =>
    reportOfDiagnosis(
      {
        ...diagnosed({ incident, window, symptom }, journal.evidence()),
        gaps: [`${why}: this is what code alone makes of the evidence.`, ...gaps()],
      },
      name,
      frame(stopped),
    );
  const withheld = given.withheld ?? null;
  if (model === null || withheld !== null) {
    const why = model === null ? 'No model took part' : 'The model was not asked';
    return withoutModel(why, null, withheld);
  }
  const { concluded, stopped } = await consult(
    { incident, members, subject, gathered, symptom, model, journal, meter },
    deps,
  );
  if (concluded === null) {
    return withoutModel('The model gave no conclusion', model.name, stopped);
  }
  const faultOf = createCitationCheck(journal.evidence());
  const holds = (citation: Citation) => faultOf(citation) === null;
  return reportOfConclusion(concluded, holds, model.name, gaps(), frame(stopped));
}

/**
 * The report of a run that failed again and again for a reason of our own: what its steps had found until
 * then. A thread that says "investigating" for ever would be worse.
 */
export function abandon(
  { runId, incident, window, symptom }: Investigation,
  { evidence, turns }: RecordedSteps,
  costOf: InvestigationSettings['costOf'],
  reason: string,
): Report {
  const spent = turns.reduce(
    (sum, { usage }) => afterTurn(sum, usage, costOf(usage)),
    nothingSpent,
  );
  const gaps = [
    'The investigation failed: this is what code alone makes of what was read until then.',
  ];
  return reportOfDiagnosis(
    { ...diagnosed({ incident, window, symptom }, evidence), gaps },
    turns[0]?.model ?? null,
    {
      incidentId: incident.id,
      runId,
      stopped: { limit: 'error', detail: reason },
      usage: usageOf({ spent, elapsedMs: 0 }, { toolCalls: evidence.length }),
    },
  );
}

/** What code alone makes of the evidence, and the means to check what it quotes. */
function diagnosed(
  { incident, window, symptom }: Pick<Investigation, 'incident' | 'window' | 'symptom'>,
  evidence: Evidence[],
) {
  const faultOf = createCitationCheck(evidence);
  return {
    diagnosis: diagnose(symptom ?? symptomOf(incident), window, evidence),
    facts: factsOf(evidence),
    holds: (citation: Citation) => faultOf(citation) === null,
  };
}

/** What makes a run needless that has not begun. */
const NEEDLESS = { resolved: 'The alerts resolved', silenced: 'The alerts were silenced' };
export type Needless = keyof typeof NEEDLESS;

/** The report of a run that became needless before it began: nothing was asked, and nothing paid. */
export function cancel({ runId, incident }: Investigation, why: Needless): Report {
  const gaps = [`${NEEDLESS[why]} before the investigation began: nothing was looked at.`];
  return reportOfGathered([], gaps, null, {
    incidentId: incident.id,
    runId,
    stopped: { limit: why, detail: 'before the investigation began' },
    usage: usageOf({ spent: nothingSpent, elapsedMs: 0 }, { toolCalls: 0 }),
  });
}

interface Consultation {
  incident: Incident;
  members: Members;
  subject: Subject;
  gathered: Gathered;
  symptom: Symptom | undefined;
  model: ModelPort;
  journal: Journal;
  meter: Meter;
}

interface Advice {
  concluded: Concluded['conclusion'];
  stopped: Stopped | null;
}

/** The model's part: search, then conclude, within the deadline; a model that fails is a limit reached. */
async function consult(about: Consultation, deps: InvestigationDeps): Promise<Advice> {
  const { model, journal, meter } = about;
  const { seconds } = deps.settings.limits;
  const deadline = AbortSignal.timeout(Math.max(1, seconds * 1000 - meter.elapsedMs));
  const loop: LoopDeps = {
    model,
    journal,
    meter,
    tools: deps.tools,
    catalogue: catalogueOf(await deps.tools.list()),
    context: { window: about.subject.window, signal: AbortSignal.any([deps.signal, deadline]) },
    evidenceBytes: deps.settings.evidenceBytes,
    maxOutputTokens: deps.settings.maxOutputTokens,
    emit: deps.emit,
    isOver: deps.isOver ?? (async () => false),
  };
  try {
    return await searchAndConclude(openingOf(about, deps), loop);
  } catch (error) {
    deps.signal.throwIfAborted();
    if (deadline.aborted) {
      return {
        concluded: null,
        stopped: { limit: 'seconds', detail: `${seconds} seconds are over` },
      };
    }
    if (error instanceof ModelError) {
      return { concluded: null, stopped: { limit: 'model', detail: error.message } };
    }
    throw error;
  }
}

async function searchAndConclude(opening: Message, loop: LoopDeps): Promise<Advice> {
  const messages: Message[] = [opening];
  const stopped = await searchLoop(messages, loop);
  if (stopped !== null) await loop.emit({ kind: 'limit', ...stopped });
  if (stopped?.limit === 'refusal') return { concluded: null, stopped };
  // What outgrew the context window cannot be concluded from: the opening alone still can.
  const basis = stopped?.limit === 'context' ? [structuredClone(opening)] : messages;
  const concluded = await conclude(basis, loop);
  return { concluded: concluded.conclusion, stopped: stopped ?? concluded.stopped };
}

function openingOf(
  { incident, members, subject, gathered, symptom }: Consultation,
  deps: InvestigationDeps,
): Message {
  const { evidence } = gathered;
  const gaps = [...(incident.gaps ?? []), ...gathered.gaps, ...gapsOfFailures(evidence)];
  const { evidenceBytes } = deps.settings;
  const { candidates } = diagnose(symptom ?? symptomOf(incident), subject.window, evidence);
  const known = { evidence, gaps, candidates };
  const text = openingMessage({ incident, members, subject }, known, evidenceBytes);
  return { role: 'user', content: [{ type: 'text', text }] };
}

function usageOf(
  meter: Pick<Meter, 'spent' | 'elapsedMs'>,
  journal: Pick<Journal, 'toolCalls'>,
): Usage {
  const { usage, usd, turns } = meter.spent;
  return {
    inputTokens: usage.inputTokens + usage.cacheWriteTokens,
    outputTokens: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens,
    usd,
    turns,
    toolCalls: journal.toolCalls,
    wallMs: meter.elapsedMs,
  };
}
