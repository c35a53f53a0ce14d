import { isAside } from '../evidence/evidence.ts';
import type { EvidenceLine, IncidentView } from '../incident/view.ts';
import { oneLine } from '../lib/escape.ts';
import { FAILURE_MODES } from '../report/failure-modes.ts';
import type { Report } from '../report/report.ts';
import {
  bytesWords,
  callWords,
  causeWords,
  checkedWords,
  confidenceWords,
  riskWords,
  secondWords,
  usageWords,
} from './words.ts';

/** What the replies under the card say: each claim with its evidence, and all the rest of the report. */
export interface Findings {
  checked: string;
  claims: ClaimLine[];
  sections: Section[];
}

export interface ClaimLine {
  verified: boolean;
  text: string;
  quote: string;
  /** `E3 · kubectl_describe_pod(namespace=shop, name=checkout-0)` */
  source: string;
}

export interface Section {
  label: string;
  items: { text: string; command: string | null }[];
}

export function findingsOf(view: IncidentView, report: Report): Findings {
  const evidence = new Map(view.evidence.map((line) => [line.id, line]));
  return {
    checked: checkedWords(report),
    claims: report.claims.map(({ text, citation, verified }) => ({
      text,
      verified,
      quote: citation.quote,
      source: sourceWords(citation.evidence, evidence.get(citation.evidence)),
    })),
    sections: sectionsOf(view, report).filter(({ items }) => items.length > 0),
  };
}

function sourceWords(id: string, line: EvidenceLine | undefined): string {
  return line === undefined ? `${id} · no such evidence` : `${id} · ${callWords(line)}`;
}

function sectionsOf(view: IncidentView, report: Report): Section[] {
  const { rootCause } = report;
  const day = view.incident.startedAt;
  const bare = (lines: string[]) => lines.map((text) => ({ text, command: null }));
  return [
    {
      label: 'Failure mode',
      items: bare(
        rootCause === null
          ? []
          : [`${rootCause.failureMode}: ${FAILURE_MODES[rootCause.failureMode]}`],
      ),
    },
    {
      label: 'Next steps',
      items: report.nextSteps.map((step) => ({
        text: `${step.text} (${riskWords(step.risk)})`,
        command: commandOf(step),
      })),
    },
    {
      label: 'Other candidates',
      items: bare(
        report.candidates.map(
          (cause) =>
            `${cause.statement} (${causeWords(cause)}, ${confidenceWords(cause.confidence)})`,
        ),
      ),
    },
    { label: 'Ruled out', items: bare(report.ruledOut) },
    { label: 'Not checked', items: bare(report.gaps) },
    {
      label: 'Timeline (UTC)',
      items: bare(
        report.timeline.map(
          ({ at, what, evidence }) => `${secondWords(at, day)} ${what} (${evidence})`,
        ),
      ),
    },
    { label: 'Looked at', items: bare(lookedAt(view, report)) },
    { label: 'Cost', items: bare([usageWords(report)]) },
  ];
}

/** What was read for code alone is counted, but for what the report quotes. */
function lookedAt({ evidence }: IncidentView, { claims }: Report): string[] {
  const quoted = new Set(claims.map(({ citation }) => citation.evidence));
  const shown = evidence.filter((line) => !isAside(line) || quoted.has(line.id));
  const left = evidence.length - shown.length;
  return [
    ...shown.map(evidenceWords),
    ...(left === 0 ? [] : [`and ${left} more that only code has read`]),
  ];
}

function evidenceWords(line: EvidenceLine): string {
  const size = line.isError ? 'failed' : bytesWords(line.bytes);
  return `${line.id} · ${callWords(line)} · ${size}`;
}

/** Null for a command that shows nothing: an empty code block would swallow what follows it. */
export function commandOf({ command = '' }: Report['nextSteps'][number]): string | null {
  return oneLine(command) === '' ? null : command;
}
