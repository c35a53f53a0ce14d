import { CST, Lexer, parseAllDocuments } from 'yaml';
import { ActionRefused } from './action.ts';

/** Of a manifest in characters: far above what one holds that a person reads. */
export const MAX_MANIFEST = 64 * 1024;
/** The parser compares each key of a mapping with all others, and goes down into what is nested. */
const MAX_TOKENS = 20_000;
const MAX_FLOW_DEPTH = 50;
const MAX_INDENT = 200;
const MAX_INDICATORS_A_LINE = 20;

/**
 * The values of the documents of a manifest, null for an empty one.
 *
 * @throws ActionRefused for what is not YAML, and for what would cost more to read than a manifest is worth.
 */
export function readDocuments(text: string): unknown[] {
  const problem = whyNotRead(text);
  if (problem !== null) throw new ActionRefused(`The manifest ${problem}`);
  const documents = parseAllDocuments(text);
  const [broken] = documents.flatMap(({ errors }) => errors);
  if (broken) throw new ActionRefused(`The manifest is not valid YAML: ${broken.message}`);
  return documents.map((document): unknown => document.toJS({ maxAliasCount: 0 }));
}

/** Looks at the tokens, which takes time in proportion to the text; parsing them need not. */
function whyNotRead(text: string): string | null {
  let [tokens, line, depth, indicators] = [0, 1, 0, 0];
  let lineStart = true;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    tokens += 1;
    line += token.split('\n').length - 1;
    if (type === 'newline') indicators = 0;
    if (type === 'flow-map-start' || type === 'flow-seq-start') depth += 1;
    if (type === 'flow-map-end' || type === 'flow-seq-end') depth -= 1;
    if (depth === 0 && type !== null && INDICATORS.has(type)) indicators += 1;
    if (type !== null && SHORTHANDS.has(type)) {
      return `has YAML anchors, aliases or tags (&, *, !) around line ${line}, which are not taken. Write it out.`;
    }
    const indented = lineStart && type === 'space' && token.length > MAX_INDENT;
    if (indented || depth > MAX_FLOW_DEPTH || indicators > MAX_INDICATORS_A_LINE) {
      return `is nested too deeply around line ${line}.`;
    }
    if (tokens > MAX_TOKENS) return 'has too many fields. Try its objects one by one.';
    lineStart = type === 'newline';
  }
  return null;
}

type TokenType = NonNullable<ReturnType<typeof CST.tokenType>>;
/** Let a few lines stand for gigabytes, or for something that is no JSON. */
const SHORTHANDS: ReadonlySet<TokenType> = new Set(['anchor', 'alias', 'tag'] as const);
/** Each may begin another level on the same line. */
const INDICATORS: ReadonlySet<TokenType> = new Set([
  'seq-item-ind',
  'explicit-key-ind',
  'map-value-ind',
] as const);
