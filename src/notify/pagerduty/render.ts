import type { IncidentView } from '../../incident/view.ts';
import { oneLine, stripInvisible, truncate } from '../../lib/escape.ts';
import type { ThreadMessage } from '../channel.ts';
import type { ClaimLine, Findings, Section } from '../findings.ts';
import { type Card, composeThread, type Step } from '../thread.ts';
import { riskWords } from '../words.ts';

/**
 * PagerDuty tells of no limit on a note; 25,000 characters are said to be one. This leaves room for what the
 * redaction and the marker add, and nobody reads more on a telephone.
 */
const NOTE_MAX = 10_000;
const LINE_MAX = 1_000;
const COMMAND_MAX = 2_000;

/**
 * What PagerDuty is told of an incident of its own: one note for each investigation that is concluded, and
 * nothing before. Pure, plain text. A note says nothing that may change after its investigation has ended,
 * such as how many alerts fire: it would be wrong from then on.
 */
export function renderPagerDuty(view: IncidentView): ThreadMessage<string>[] {
  const { incident, runId, report } = view;
  const { card, findings } = composeThread(view);
  if (incident.origin?.source !== 'pagerduty') return [];
  if (report === null || runId === null) return [];
  const parts = [
    headOf(card),
    ...(card.doFirst === null ? [] : [stepOf(card.doFirst)]),
    ...(card.remarks.length === 0
      ? []
      : [card.remarks.map((text) => `! ${line(text)}`).join('\n')]),
    // Of an incident that shares another's investigation they are told there.
    ...(findings === null ? [] : [...evidenceOf(findings), ...findings.sections.map(sectionOf)]),
  ];
  return [{ key: `note-${runId}`, body: fitted(parts, incident.id) }];
}

function headOf({ label, headline, facts }: Card): string {
  const title = `Probable Cause · ${label}`;
  return [
    title,
    line(headline),
    '',
    ...facts.map((fact) => `${fact.label}: ${line(fact.text)}`),
  ].join('\n');
}

function stepOf({ text, command, risk }: Step): string {
  return ['Do first', itemOf(`${text} (${riskWords(risk)})`, command)].join('\n');
}

function evidenceOf({ claims, checked }: Findings): string[] {
  if (claims.length === 0) return [];
  return [[`Evidence · ${checked}`, ...claims.map(claimOf)].join('\n')];
}

function claimOf({ verified, text, quote, source }: ClaimLine): string {
  const mark = verified ? '✓' : '? unverified:';
  return `${mark} ${line(text)}\n  "${line(quote)}"\n  ${line(source)}`;
}

function sectionOf({ label, items }: Section): string {
  return [label, ...items.map(({ text, command }) => itemOf(text, command))].join('\n');
}

function itemOf(text: string, command: string | null): string {
  const item = `- ${line(text)}`;
  return command === null ? item : `${item}\n${commandOf(command)}`;
}

function commandOf(command: string): string {
  const lines = unlinked(stripInvisible(command)).trim().split('\n');
  return truncate(lines.map((text) => `    ${text}`).join('\n'), COMMAND_MAX);
}

function line(text: string): string {
  return truncate(unlinked(oneLine(text)), LINE_MAX);
}

/** PagerDuty makes a link of every URL, and these words may be an attacker's: they came from logs and labels. */
function unlinked(text: string): string {
  return text.replaceAll('://', '[://]').replace(/\bwww\./gi, 'www[.]');
}

/** As many lines as fit; what is cut is told, with where it stands. */
function fitted(parts: string[], incidentId: string): string {
  const whole = parts.join('\n\n');
  if (whole.length <= NOTE_MAX) return whole;
  const rest = `… cut here; the whole report is at /api/incidents/${incidentId}`;
  const head = whole.slice(0, NOTE_MAX - rest.length - 1);
  return `${head.slice(0, Math.max(0, head.lastIndexOf('\n')))}\n${rest}`;
}
