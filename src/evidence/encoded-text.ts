/**
 * Text inside text: percent-encoded and base64 runs, decoded so that what they hold can be looked at. Each run
 * is one repetition of one class of characters, so that to find them takes time linear in the text. To look into
 * them does not, hence a budget.
 */

const PERCENT_RUN = /[\w.~%+*!()-][\w.~%+*!()'-]{8,}/g;
const BASE64_RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const ESCAPE = /%[0-9a-f]{2}/i;

/** What may still be looked into, in characters; shared by a text and by all that is found encoded in it. */
export interface DecodingBudget {
  left: number;
}

/** To look into a decoded text costs about as much as so many characters of a longer one. */
const LOOK = 48;
/** For a short text that is nothing but encoded. */
const MIN_BUDGET = 50_000;
/** A page of URLs takes one or two; only text made of short runs, encoded twice, takes more. */
const BUDGET_OF_A_CHARACTER = 4;

export function budgetFor(text: string): DecodingBudget {
  return { left: MIN_BUDGET + BUDGET_OF_A_CHARACTER * text.length };
}

interface Look {
  /** Whether a decoded text has what is looked for. */
  holds: (decoded: string) => boolean;
  replacement: (run: string) => string;
  budget: DecodingBudget;
}

/**
 * Replaces every encoded run for which `holds` is true of something that it decodes to. Once the budget is spent,
 * every run is replaced that is certainly encoded: nobody would find out what is in it.
 */
export function replaceEncoded(text: string, look: Look): string {
  const unescaped = /[%+]/.test(text) ? text.replace(PERCENT_RUN, replacePercentRun) : text;
  return unescaped.replace(BASE64_RUN, (run) =>
    isWithin(look, decodingsOf(run), true) ? look.replacement(run) : run,
  );

  function replacePercentRun(found: string): string {
    // A quote may be of the run, and one at its end is more likely to be around it.
    const run = found.replace(/'{1,8}$/, '');
    if (!isWithin(look, readingsOf(run), ESCAPE.test(run))) return found;
    return look.replacement(run) + found.slice(run.length);
  }
}

function isWithin({ holds, budget }: Look, decodings: readonly string[], certain: boolean) {
  return decodings.some((decoded) => {
    if (budget.left <= 0) return certain;
    budget.left -= LOOK + decoded.length;
    return holds(decoded);
  });
}

/** What a percent-encoded run may say: a plus is itself in a path, and a space in a form. */
function readingsOf(run: string): string[] {
  const spaced = run.includes('+') ? [run.replaceAll('+', ' ')] : [];
  if (!ESCAPE.test(run)) return spaced;
  return [run, ...spaced].map(decodePercent);
}

/** Percent-decodes what can be decoded, and leaves the rest as it is. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('latin1');
    }
  });
}

/** Whether base64 is of nothing but ASCII text, which no key is. */
export function isBase64OfText(run: string): boolean {
  return /^[\t\n\r -~]*$/.test(Buffer.from(run, 'base64').toString('latin1'));
}

/** A stretch of text this long does not come out of digests and names by chance. */
const READABLE = /[\t\n\r -~]{12}/;

/**
 * What a base64 run may say. A path or an escaped line end before it belongs to the same class of characters,
 * so where it begins is unknown: each of the four alignments is tried.
 */
function decodingsOf(run: string): string[] {
  return [0, 1, 2, 3]
    .map((offset) => Buffer.from(run.slice(offset), 'base64').toString('latin1'))
    .filter((decoded) => READABLE.test(decoded));
}
