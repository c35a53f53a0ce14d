import { telling } from '../incident/known-alerts.ts';
import type { IncidentView } from '../incident/view.ts';
import type { Report } from '../report/report.ts';
import { commandOf, type Findings, findingsOf } from './findings.ts';
import { type NoticeLine, noticeLines } from './notice-lines.ts';
import {
  causeWords,
  checkedWords,
  confidenceWords,
  dateTimeWords,
  plural,
  stoppedWords,
  type Tone,
  timeWords,
  usageWords,
  VERDICTS,
} from './words.ts';

/**
 * What a thread says, before any channel decides how it looks. Pure. Every string may hold text from outside,
 * so a channel escapes all of them alike; only `icon` and `label` fields are always this project's own words.
 */
export interface Thread {
  card: Card;
  /** Null until the investigation has concluded, and for one that another thread tells of. */
  findings: Findings | null;
  notices: NoticeLine[];
}

/** The first message. Concluded, it says in this order: what broke, how sure, what to do. */
export interface Card {
  state: IncidentView['state'];
  tone: Tone;
  icon: string;
  /** `Action required`, `Investigating…` */
  label: string;
  /** The root cause in a sentence, or the incident's title until there is one. */
  headline: string;
  /** 0 to 1; null when there is no root cause. */
  confidence: number | null;
  resolved: string | null;
  facts: Fact[];
  doFirst: Step | null;
  /** What the reader must know to judge all the rest: a replay, no model, a limit, alerts left out. */
  remarks: string[];
  progress: string[];
  footer: string[];
}

interface Fact {
  label: string;
  text: string;
}

export interface Step {
  text: string;
  command: string | null;
  risk: Report['nextSteps'][number]['risk'];
}

const MEMBERS_NAMED = 5;

export function composeThread(view: IncidentView): Thread {
  const { report } = view;
  return {
    card: report === null ? workingCard(view) : concludedCard(view, report),
    // The evidence of a shared investigation is told once, where it is led.
    findings: report === null || view.leader !== null ? null : findingsOf(view, report),
    notices: noticeLines(view.notices, view.incident.startedAt),
  };
}

const WORKING = {
  queued: { icon: '⏳', label: 'Waiting to be investigated' },
  running: { icon: '🔎', label: 'Investigating…' },
  concluded: { icon: '🔎', label: 'Investigating…' },
};
const SHARED = { icon: '🔗', label: 'Investigated together with another incident' };

function workingCard(view: IncidentView): Card {
  const { incident, state, leader } = view;
  return {
    state,
    tone: 'working',
    ...(leader === null ? WORKING[state] : SHARED),
    headline: incident.title,
    confidence: null,
    resolved: resolvedWords(view),
    facts: [
      { label: 'Alerts', text: alertWords(view) },
      { label: 'Severity', text: incident.severity ?? 'not set' },
      { label: 'Environment', text: incident.environment },
      { label: 'Since', text: dateTimeWords(incident.startedAt) },
      { label: 'Incident', text: incident.id },
      ...sharingFacts(view),
    ],
    doFirst: null,
    remarks: remarksOf(view),
    progress: view.progress,
    footer: [],
  };
}

function concludedCard(view: IncidentView, report: Report): Card {
  const { incident } = view;
  const cause = report.rootCause;
  const [first] = report.nextSteps;
  const facts: Fact[] = [];
  const confidence = cause === null ? 'no root cause was found' : confidenceWords(cause.confidence);
  facts.push({ label: 'Confidence', text: `${confidence} · ${checkedWords(report)}` });
  if (cause !== null) facts.push({ label: 'What', text: causeWords(cause) });
  if (report.impact.trim() !== '') facts.push({ label: 'Impact', text: report.impact });
  facts.push(...sharingFacts(view));
  return {
    state: 'concluded',
    ...VERDICTS[report.verdict],
    headline: cause?.statement ?? incident.title,
    confidence: cause?.confidence ?? null,
    resolved: resolvedWords(view),
    facts,
    doFirst: first === undefined ? null : stepOf(first),
    remarks: remarksOf(view),
    progress: [],
    footer: [incidentWords(view), ...costWords(view, report)],
  };
}

/** With whom the investigation is shared, and why. */
function sharingFacts({ leader, members }: IncidentView): Fact[] {
  if (leader !== null) {
    const { title, incidentId, reason } = leader;
    return [{ label: 'Shared with', text: `${title} (${reason}), incident ${incidentId}` }];
  }
  if (members.length === 0) return [];
  const titles = members.slice(0, MEMBERS_NAMED).map(({ title }) => title);
  const more = members.length > titles.length ? ', …' : '';
  return [{ label: 'Also', text: `+ ${members.length} more: ${titles.join(', ')}${more}` }];
}

/** What it cost is told once, where the evidence is. */
function costWords({ leader }: IncidentView, report: Report): string[] {
  return leader === null
    ? [usageWords(report)]
    : [`The evidence is in the thread of ${leader.title}, incident ${leader.incidentId}`];
}

function remarksOf({ disclaimer, report, truncatedAlerts }: IncidentView): string[] {
  const remarks: string[] = [];
  if (disclaimer !== null) remarks.push(disclaimer);
  if (report !== null && report.stopped !== null) remarks.push(stoppedWords(report.stopped));
  if (report?.author === 'analysers') remarks.push(authorWords(report));
  if (truncatedAlerts > 0)
    remarks.push(
      `The sender left out ${plural(truncatedAlerts, 'alert')}; they were not looked at.`,
    );
  return remarks;
}

function authorWords({ rootCause, candidates }: Report): string {
  return rootCause === null && candidates.length === 0
    ? 'Written without a model: code alone has found no cause in what was gathered.'
    : 'Written without a model: code alone concluded this from the evidence.';
}

function resolvedWords({ incident }: IncidentView): string | null {
  if (incident.status !== 'resolved') return null;
  const at = incident.resolvedAt;
  return at === null ? 'Resolved' : `Resolved at ${timeWords(at, incident.startedAt)}`;
}

/** `CheckoutOOM · critical · prod · 2 firing, 1 resolved · since 2026-11-21 03:12 UTC · inc-3f9a41c07d2e` */
function incidentWords(view: IncidentView): string {
  const { id, title, severity, environment, startedAt } = view.incident;
  const since = `since ${dateTimeWords(startedAt)}`;
  return [title, severity, environment, alertWords(view), since, id]
    .filter((part) => part !== null)
    .join(' · ');
}

function alertWords({ incident }: IncidentView): string {
  const alerts = telling(incident);
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const parts: string[] = [];
  if (firing > 0) parts.push(`${firing} firing`);
  if (alerts.length > firing) parts.push(`${alerts.length - firing} resolved`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function stepOf(step: Report['nextSteps'][number]): Step {
  return { text: step.text, command: commandOf(step), risk: step.risk };
}
