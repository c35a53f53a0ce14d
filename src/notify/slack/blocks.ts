/** The blocks in use, in the shapes of https://docs.slack.dev/reference/block-kit/blocks, and their limits. */

/** `verbatim` keeps Slack from making links and mentions of bare URLs, `#channels` and `@names`. */
interface Mrkdwn {
  type: 'mrkdwn';
  text: string;
  verbatim: true;
}

export type SlackBlock =
  | { type: 'header'; text: { type: 'plain_text'; text: string; emoji: false } }
  | { type: 'section'; text: Mrkdwn }
  | { type: 'context'; elements: Mrkdwn[] };

/** `text` is what notifications and screen readers say. */
export interface SlackBody {
  text: string;
  blocks: SlackBlock[];
}

export const HEADER_MAX = 150;
export const SECTION_MAX = 3_000;

/** Slack takes 50 blocks. */
const BLOCKS_MAX = 45;

/**
 * Slack refuses a message of about 13,200 characters in all (`msg_blocks_too_long`; undocumented), and a
 * block itself costs about 125 of them. What it counts as a character is unknown: bytes are never fewer.
 */
const MESSAGE_BYTES_MAX = 12_000;
const BLOCK_BYTES = 130;

export function header(text: string): SlackBlock {
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } };
}

export function section(text: string): SlackBlock {
  return { type: 'section', text: mrkdwn(text) };
}

export function context(text: string): SlackBlock {
  return { type: 'context', elements: [mrkdwn(text)] };
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Spreads blocks over as many messages as the limits ask for, in order; no block is cut. */
export function paginate(blocks: SlackBlock[]): SlackBlock[][] {
  const pages: SlackBlock[][] = [];
  let page: SlackBlock[] = [];
  let bytes = 0;
  for (const block of blocks) {
    const size = blockBytes(block);
    if (page.length > 0 && (page.length === BLOCKS_MAX || bytes + size > MESSAGE_BYTES_MAX)) {
      pages.push(page);
      page = [];
      bytes = 0;
    }
    page.push(block);
    bytes += size;
  }
  if (page.length > 0) pages.push(page);
  return pages;
}

function blockBytes(block: SlackBlock): number {
  const texts = block.type === 'context' ? block.elements : [block.text];
  return texts.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, BLOCK_BYTES);
}
