import type { Json } from '../lib/json.ts';
import type { Citation } from '../report/report.ts';
import type { Evidence } from './evidence.ts';

/** Shorter quotes would be found in almost any output, and so prove nothing. */
const MIN_QUOTE_LENGTH = 6;

type CitationFault =
  | 'no-such-evidence'
  | 'evidence-is-an-error'
  | 'quote-too-short'
  | 'quote-not-found'
  | 'quote-is-the-question';

/** Null when the citation holds, else what is wrong with it. */
export type CitationCheck = (citation: Citation) => CitationFault | null;

type Cited = Pick<Evidence, 'id' | 'text' | 'args' | 'isError'>;

/**
 * Checks citations against stored outputs: a quote has to stand in the output of the evidence that it names, to
 * the letter but for white space. An output often begins with the question ("no line for {…} |= …"), which
 * the model wrote itself: a quote out of the arguments counts only if it stands elsewhere too.
 */
export function createCitationCheck(evidence: Cited[]): CitationCheck {
  const cited = new Map(evidence.map((item) => [item.id, item]));
  // Outputs hold megabytes and are quoted many times.
  const folded = new Map<string, string>();
  const textOf = (item: Cited) => {
    const text = folded.get(item.id) ?? foldSpace(item.text);
    folded.set(item.id, text);
    return text;
  };
  return (citation) => {
    const item = cited.get(citation.evidence);
    if (item === undefined) return 'no-such-evidence';
    if (item.isError) return 'evidence-is-an-error';
    const quote = foldSpace(citation.quote);
    if (quote.length < MIN_QUOTE_LENGTH) return 'quote-too-short';
    const text = textOf(item);
    if (!text.includes(quote)) return 'quote-not-found';
    const questions = stringsIn(item.args)
      .map(foldSpace)
      .filter((asked) => asked.includes(quote));
    const answer = questions.reduce((rest, asked) => rest.replaceAll(asked, '\n'), text);
    return answer.includes(quote) ? null : 'quote-is-the-question';
  };
}

/** Tables are aligned with runs of spaces and logs wrap: neither changes what was said. */
function foldSpace(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

function stringsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
