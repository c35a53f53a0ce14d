import type { Citation } from '../report/report.ts';

/** Shorter quotes would be found in almost any output, and so prove nothing. */
const MIN_QUOTE_LENGTH = 6;

export type CitationFault = 'no-such-evidence' | 'quote-too-short' | 'quote-not-found';

/**
 * Null when the quote stands in the evidence it names, to the letter but for white space; else what is
 * wrong. `textOf` gives the full stored output, not what the model was shown of it.
 */
export function citationFault(
  citation: Citation,
  textOf: (evidenceId: string) => string | null,
): CitationFault | null {
  const text = textOf(citation.evidence);
  if (text === null) return 'no-such-evidence';
  const quote = foldSpace(citation.quote);
  if (quote.length < MIN_QUOTE_LENGTH) return 'quote-too-short';
  return foldSpace(text).includes(quote) ? null : 'quote-not-found';
}

/** Tables are aligned with runs of spaces and logs wrap: neither changes what was said. */
function foldSpace(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}
