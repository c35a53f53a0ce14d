import pc from 'picocolors';
import type { IncidentView } from '../../incident/view.ts';
import { oneLine, stripInvisible } from '../../lib/escape.ts';
import type { ThreadMessage } from '../channel.ts';
import type { ClaimLine, Findings } from '../findings.ts';
import type { NoticeLine } from '../notice-lines.ts';
import { type Card, composeThread } from '../thread.ts';
import { riskWords, type Tone } from '../words.ts';
import { columns, wrap } from './wrap.ts';

export interface TerminalStyle {
  colour: boolean;
  /** Columns. What is narrower than 40 or wider than 120 is hard to read: it is brought into that range. */
  width: number;
}

/** `progress` holds what an edit may still add to; null when the message is final. */
export interface TerminalBody {
  /** The heading of the thread that it belongs to: on a terminal several are told at the same time. */
  thread: string;
  text: string;
  progress: string[] | null;
}

/** An incident's thread for an append-only terminal. Pure. */
export function renderTerminal(
  view: IncidentView,
  style: TerminalStyle,
): ThreadMessage<TerminalBody>[] {
  const { card, findings, notices } = composeThread(view);
  const ink = inkFor(style);
  const thread = threadLines(view, ink).join('\n');
  const final = (key: string, lines: string[]) => ({
    key,
    body: { thread, text: lines.join('\n'), progress: null },
  });
  return [
    { key: 'card', body: { thread, ...cardBody(card, ink) } },
    ...(findings === null
      ? []
      : [
          ...(findings.claims.length === 0
            ? []
            : [final('evidence-1', evidenceLines(findings, ink))]),
          final('details-1', detailLines(findings, ink)),
        ]),
    ...notices.map((notice) => final(`notice-${notice.id}`, noticeLines(notice, ink))),
  ];
}

/** The whole thread as it stands. Ends with a newline. */
export function renderThread(view: IncidentView, style: TerminalStyle): string {
  return renderTerminal(view, style)
    .map(({ body }) => [body.text, ...(body.progress ?? [])].join('\n'))
    .map((message) => `${message}\n`)
    .join('\n');
}

interface Ink {
  width: number;
  colours: ReturnType<typeof pc.createColors>;
  tone: (tone: Tone, text: string) => string;
}

function inkFor({ colour, width }: TerminalStyle): Ink {
  const colours = pc.createColors(colour);
  const tones = {
    working: colours.cyan,
    bad: colours.red,
    warn: colours.yellow,
    good: colours.green,
    unclear: colours.magenta,
  };
  return {
    width: Math.min(120, Math.max(40, Math.floor(width) || 80)),
    colours,
    tone: (tone, text) => tones[tone](text),
  };
}

const LABEL_COLUMNS = 13;

function threadLines({ incident: { id, title } }: IncidentView, ink: Ink): string[] {
  return hanging('── ', `${title} · ${id}`, ink.width).map(ink.colours.dim);
}

function cardBody(card: Card, ink: Ink): Omit<TerminalBody, 'thread'> {
  const lines = [titleLine(card, ink), ...headlineLines(card, ink), ''];
  if (card.resolved !== null)
    lines.push(...labelled('Status', card.resolved, ink, ink.colours.green));
  for (const { label, text } of card.facts) lines.push(...labelled(label, text, ink));
  lines.push(...doFirstLines(card, ink));
  const notes = [
    ...card.remarks.flatMap((remark) =>
      hanging('⚠ ', remark, ink.width - 2).map(ink.colours.yellow),
    ),
    ...card.footer.flatMap((line) => prose(line, ink.width - 2).map(ink.colours.dim)),
  ];
  if (notes.length > 0) lines.push('', ...notes);
  const bar = ink.tone(card.tone, '┃');
  return {
    text: lines.map((line) => (line === '' ? bar : `${bar} ${line}`)).join('\n'),
    progress:
      card.state === 'concluded' ? null : card.progress.flatMap((line) => progressLines(line, ink)),
  };
}

/** `● ACTION REQUIRED ▰▰▰▰▰▰▰▰▰▱ 92%`: the two things to see first, at the two ends of the line. */
function titleLine({ tone, label, confidence }: Card, ink: Ink): string {
  const title = `● ${label.toUpperCase()}`;
  const left = ink.colours.bold(ink.tone(tone, title));
  if (confidence === null) return left;
  const full = Math.round(confidence * 10);
  const percent = ` ${Math.round(confidence * 100)}%`;
  const gap = Math.max(1, ink.width - 2 - columns(title) - 10 - columns(percent));
  const gauge = ink.tone(tone, '▰'.repeat(full)) + ink.colours.dim('▱'.repeat(10 - full));
  return `${left}${' '.repeat(gap)}${gauge}${ink.colours.bold(percent)}`;
}

function headlineLines({ headline }: Card, ink: Ink): string[] {
  return prose(headline, ink.width - 2).map(ink.colours.bold);
}

function doFirstLines({ doFirst }: Card, ink: Ink): string[] {
  if (doFirst === null) return [];
  const lines = labelled('Do first', `${doFirst.text} (${riskWords(doFirst.risk)})`, ink);
  return ['', ...lines, ...commandLines(doFirst.command, LABEL_COLUMNS, ink)];
}

function labelled(label: string, text: string, ink: Ink, paint = (line: string) => line): string[] {
  return prose(text, ink.width - 2 - LABEL_COLUMNS).map((line, index) => {
    const margin =
      index === 0 ? ink.colours.dim(label.padEnd(LABEL_COLUMNS)) : ' '.repeat(LABEL_COLUMNS);
    return `${margin}${paint(line)}`;
  });
}

/** Never wrapped by us, so that what is copied from the terminal is what was meant. */
function commandLines(command: string | null, indent: number, ink: Ink): string[] {
  if (command === null) return [];
  return stripInvisible(command)
    .trim()
    .split('\n')
    .map(
      (line, index) =>
        `${' '.repeat(indent)}${ink.colours.dim(index === 0 ? '$ ' : '  ')}${ink.colours.cyan(line)}`,
    );
}

function progressLines(text: string, ink: Ink): string[] {
  return hanging('› ', text, ink.width - 2).map((line) => `  ${ink.colours.dim(line)}`);
}

function evidenceLines({ claims, checked }: Findings, ink: Ink): string[] {
  return [
    `${ink.colours.bold('EVIDENCE')}  ${ink.colours.dim(checked)}`,
    ...claims.flatMap((claim) => claimLines(claim, ink)),
  ];
}

function claimLines({ verified, text, quote, source }: ClaimLine, ink: Ink): string[] {
  const [mark, paint] = verified ? ['✓ ', ink.colours.green] : ['⚠ ', ink.colours.yellow];
  const claim = hanging(mark, verified ? text : `unverified: ${text}`, ink.width);
  const quoted = hanging('│ ', quote, ink.width - 2, '│ ').map((line) => `  ${line}`);
  const cited = hanging('', source, ink.width - 2).map((line) => `  ${ink.colours.dim(line)}`);
  return [
    ...claim.map((line, index) => (index === 0 ? paint(mark) + line.slice(mark.length) : line)),
    ...(oneLine(quote) === '' ? [] : quoted.map(ink.colours.cyan)),
    ...cited,
  ];
}

function detailLines({ sections }: Findings, ink: Ink): string[] {
  return sections.flatMap(({ label, items }, index) => [
    ...(index === 0 ? [] : ['']),
    ink.colours.bold(label.toUpperCase()),
    ...items.flatMap(({ text, command }) => [
      ...hanging('• ', text, ink.width),
      ...commandLines(command, 2, ink),
    ]),
  ]);
}

function noticeLines({ tone, label, summary }: NoticeLine, ink: Ink): string[] {
  const title = ink.colours.bold(ink.tone(tone, `● ${label}`));
  return [title, ...hanging('', summary, ink.width - 2).map((line) => `  ${line}`)];
}

/** The first line behind `first`, the others behind `rest`, which lines them up unless told otherwise. */
function hanging(
  first: string,
  text: string,
  width: number,
  rest = ' '.repeat(columns(first)),
): string[] {
  return prose(text, width - columns(first)).map(
    (line, index) => `${index === 0 ? first : rest}${line}`,
  );
}

function prose(text: string, width: number): string[] {
  return wrap(oneLine(text), width);
}
