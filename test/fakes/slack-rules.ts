import { z } from 'zod';

/** What Slack checks in a message, and what it makes of the text: https://docs.slack.dev/reference/block-kit */

const BLOCKS_MAX = 50;
const TEXT_MAX = 40_000;
/** Undocumented, measured: about 13,200 characters in all blocks, each block costing about 125. */
const ALL_BLOCKS_MAX = 13_200;
const BLOCK_COST = 125;

const text = (max: number) => z.string().min(1).max(max);
const PlainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(max), emoji: z.boolean().optional() });
const Mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(max), verbatim: z.boolean().optional() });
const TextObject = (max: number) => z.union([PlainText(max), Mrkdwn(max)]);

const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: PlainText(150) }),
  z.strictObject({
    type: z.literal('section'),
    text: TextObject(3_000).optional(),
    fields: z.array(TextObject(2_000)).min(1).max(10).optional(),
  }),
  z.strictObject({
    type: z.literal('context'),
    elements: z.array(TextObject(3_000)).min(1).max(10),
  }),
  z.strictObject({ type: z.literal('divider') }),
]);
type Block = z.infer<typeof Block>;

const Metadata = z.object({
  event_type: z.string().regex(/^[a-z0-9_]+$/),
  event_payload: z.record(z.string(), z.unknown()),
});

export interface FakeContent {
  text: string;
  blocks: Block[];
  metadata: z.infer<typeof Metadata> | null;
  /** What Slack would turn into a mention or a link: nothing that came from outside may. */
  mentions: string[];
  links: string[];
  /** `&` and `<` that were left as they were, and escapes that were cut in two. */
  unescaped: string[];
}

export class Refused extends Error {
  readonly details: string[];
  constructor(code: string, details: string[] = []) {
    super(code);
    this.details = details;
  }
}

/** @throws Refused with Slack's error code. `autoLink` is what `parse` asks for. */
export function readContent(args: Record<string, string>, autoLink: boolean): FakeContent {
  const plain = args.text ?? '';
  if (plain.length > TEXT_MAX) throw new Refused('msg_too_long');
  const blocks = readBlocks(args.blocks);
  if (plain === '' && blocks.length === 0) throw new Refused('no_text');
  const metadata = args.metadata === undefined ? null : Metadata.safeParse(json(args.metadata));
  if (metadata?.success === false) throw new Refused('invalid_metadata_format');
  const texts = [{ text: plain, autoLink }, ...blocks.flatMap(mrkdwnOf)];
  return {
    text: plain,
    blocks,
    metadata: metadata?.data ?? null,
    mentions: texts.flatMap(mentionsIn),
    links: texts.flatMap(linksIn),
    unescaped: [plain, ...blocks.flatMap(textsOf).map((object) => object.text)].flatMap(
      (content) => content.match(/<.{0,20}|&(?!amp;|lt;|gt;).{0,5}/gs) ?? [],
    ),
  };
}

function readBlocks(encoded: string | undefined): Block[] {
  if (encoded === undefined) return [];
  const list = z.array(z.unknown()).safeParse(json(encoded));
  if (!list.success) throw new Refused('invalid_blocks_format');
  if (list.data.length > BLOCKS_MAX)
    throw new Refused('invalid_blocks', [
      '[ERROR] no more than 50 items allowed [json-pointer:/blocks]',
    ]);
  const blocks = z.array(Block).safeParse(list.data);
  if (!blocks.success) {
    const details = blocks.error.issues.map(
      ({ message, path }) => `[ERROR] ${message} [json-pointer:/blocks/${path.join('/')}]`,
    );
    throw new Refused('invalid_blocks', details);
  }
  const size = blocks.data
    .flatMap(textsOf)
    .reduce((sum, { text }) => sum + text.length, blocks.data.length * BLOCK_COST);
  if (size > ALL_BLOCKS_MAX) throw new Refused('msg_blocks_too_long');
  return blocks.data;
}

function json(encoded: string): unknown {
  try {
    return JSON.parse(encoded);
  } catch {
    return null;
  }
}

function textsOf(block: Block) {
  if (block.type === 'divider') return [];
  if (block.type === 'context') return block.elements;
  if (block.type === 'header') return [block.text];
  return [...(block.text === undefined ? [] : [block.text]), ...(block.fields ?? [])];
}

function mrkdwnOf(block: Block) {
  return textsOf(block).flatMap((object) =>
    object.type === 'mrkdwn' ? [{ text: object.text, autoLink: object.verbatim !== true }] : [],
  );
}

interface Parsed {
  text: string;
  autoLink: boolean;
}

function mentionsIn({ text, autoLink }: Parsed): string[] {
  const manual = text.match(/<[!@#][^<>]*>/g) ?? [];
  return autoLink ? [...manual, ...(text.match(/(?<=^|\s)[@#][\w-]+/g) ?? [])] : manual;
}

function linksIn({ text, autoLink }: Parsed): string[] {
  const manual = text.match(/<(?:https?:|mailto:|tel:|slack:)[^<>]*>/gi) ?? [];
  return autoLink ? [...manual, ...(text.match(/https?:\/\/[^\s<>|]+/gi) ?? [])] : manual;
}
