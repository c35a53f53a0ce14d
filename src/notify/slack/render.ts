import type { IncidentView } from '../../incident/view.ts';
import type { ThreadMessage } from '../channel.ts';
import type { ClaimLine, Findings, Section } from '../findings.ts';
import type { NoticeLine } from '../notice-lines.ts';
import { type Card, composeThread, type Step } from '../thread.ts';
import { riskWords } from '../words.ts';
import {
  context,
  HEADER_MAX,
  header,
  paginate,
  SECTION_MAX,
  type SlackBlock,
  type SlackBody,
  section,
} from './blocks.ts';
import { code, codeBlock, fits, plain, prose } from './mrkdwn.ts';

const PROGRESS_SHOWN = 6;
/** A notification shows a line or two, whatever we send. */
const FALLBACK_MAX = 600;

/**
 * An incident's thread as Slack messages. Pure, and every message within Slack's limits, whatever the view
 * holds: the card by the sizes given here, the replies by spreading over as many messages as it takes.
 */
export function renderSlack(view: IncidentView): ThreadMessage<SlackBody>[] {
  const { card, findings, notices } = composeThread(view);
  return [
    { key: 'card', body: renderCard(card) },
    ...(findings === null ? [] : [...evidenceMessages(findings), ...detailMessages(findings)]),
    ...notices.map((notice) => ({
      key: `notice-${notice.id}`,
      body: renderNotice(notice),
    })),
  ];
}

function renderCard(card: Card): SlackBody {
  const verdict = `${card.icon} ${card.label}`;
  const title = `${verdict} — ${card.headline}`;
  // A header that is cut would say the cause badly, and then it would have to be said again below.
  const blocks = fits(title, HEADER_MAX)
    ? [header(plain(title, HEADER_MAX))]
    : [header(verdict), section(`*${prose(card.headline, 600)}*`)];
  if (card.resolved !== null) blocks.push(section(`✅ *${prose(card.resolved, 60)}*`));
  blocks.push(section(card.facts.map(renderFact).join('\n')));
  if (card.doFirst !== null) blocks.push(section(renderDoFirst(card.doFirst)));
  if (card.progress.length > 0) blocks.push(section(renderProgress(card.progress)));
  for (const remark of card.remarks) blocks.push(context(`⚠️ ${prose(remark, 300)}`));
  if (card.footer.length > 0)
    blocks.push(context(card.footer.map((line) => prose(line, 250)).join('\n')));
  return { text: fallback(card, title), blocks };
}

function fallback(card: Card, title: string): string {
  const facts = card.facts.map(({ label, text }) => `${label}: ${text}`);
  const doFirst = card.doFirst === null ? [] : [`Do first: ${card.doFirst.text}`];
  const resolved = card.resolved === null ? [] : [card.resolved];
  return plain([title, ...resolved, ...doFirst, ...facts].join(' · '), FALLBACK_MAX);
}

function renderFact({ label, text }: Card['facts'][number]): string {
  return `*${label}*  ${prose(text, 300)}`;
}

function renderDoFirst({ text, command, risk }: Step): string {
  const step = `*Do first*  ${prose(text, 300)} (${riskWords(risk)})`;
  return command === null ? step : `${step}\n${codeBlock(command, 700)}`;
}

function renderProgress(progress: string[]): string {
  const hidden = progress.length - PROGRESS_SHOWN;
  const lines = progress.slice(-PROGRESS_SHOWN).map((line) => `•  ${prose(line, 160)}`);
  return [...(hidden > 0 ? [`•  … ${hidden} earlier`] : []), ...lines].join('\n');
}

function evidenceMessages({ claims, checked }: Findings): ThreadMessage<SlackBody>[] {
  return parts('evidence', 'Evidence', checked, claims.map(renderClaim));
}

function renderClaim({ verified, text, quote, source }: ClaimLine): SlackBlock {
  const mark = verified ? '✓' : '⚠ unverified:';
  const cited = code(quote, 1_000);
  const lines = [`${mark} ${prose(text, 900)}`, code(source, 400)];
  if (cited !== '') lines.splice(1, 0, `> ${cited}`);
  return section(lines.join('\n'));
}

function detailMessages({ sections }: Findings): ThreadMessage<SlackBody>[] {
  return parts('details', 'Details', null, sections.flatMap(renderSection));
}

/** A section of many items becomes many blocks: several short ones share one, none is cut short. */
function renderSection({ label, items }: Section): SlackBlock[] {
  const lines = items.map(({ text, command }) =>
    command === null
      ? `•  ${prose(text, 1_200)}`
      : `•  ${prose(text, 1_200)}\n${codeBlock(command, 1_200)}`,
  );
  return group([`*${label}*`, ...lines], SECTION_MAX).map(section);
}

function group(lines: string[], max: number): string[] {
  const groups: string[] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= max)
      groups[groups.length - 1] = `${last}\n${line}`;
    else groups.push(line);
  }
  return groups;
}

/** `evidence-1`, `evidence-2`, …: a report always gives the same parts. Each says which of how many it is. */
function parts(
  key: string,
  label: string,
  remark: string | null,
  blocks: SlackBlock[],
): ThreadMessage<SlackBody>[] {
  const pages = paginate(blocks);
  return pages.map((page, index) => {
    const place = pages.length === 1 ? '' : ` (${index + 1} of ${pages.length})`;
    const title = [`${label}${place}`, remark].filter((part) => part !== null).join(' · ');
    return {
      key: `${key}-${index + 1}`,
      body: { text: title, blocks: [context(`*${title}*`), ...page] },
    };
  });
}

function renderNotice({ icon, label, summary }: NoticeLine): SlackBody {
  const text = `${icon} *${label}*\n${prose(summary, 1_000)}`;
  return { text: plain(`${icon} ${label}: ${summary}`, FALLBACK_MAX), blocks: [section(text)] };
}
