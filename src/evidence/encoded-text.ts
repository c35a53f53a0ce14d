/**
 * Text inside text: percent-encoded and base64 runs, decoded so that what they hold can be looked at. Each run
 * is one repetition of one class of characters, so that time is linear in the text.
 */

const PERCENT_RUN = /[\w.~%+*!()-][\w.~%+*!()'-]{8,}/g;
const BASE64_RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/g;

/** Replaces every encoded run for which `holds` is true of something that it decodes to. */
export function replaceEncoded(
  text: string,
  holds: (decoded: string) => boolean,
  replacement: (run: string) => string,
): string {
  return text
    .replace(PERCENT_RUN, replacePercentRun)
    .replace(BASE64_RUN, (run) => (decodingsOf(run).some(holds) ? replacement(run) : run));

  function replacePercentRun(found: string): string {
    // A quote may be of the run, and one at its end is more likely to be around it.
    const run = found.replace(/'{1,8}$/, '');
    if (!readingsOf(run).some(holds)) return found;
    return replacement(run) + found.slice(run.length);
  }
}

/** What a percent-encoded run may say: a plus is itself in a path, and a space in a form. */
function readingsOf(run: string): string[] {
  const readings = [run, run.replaceAll('+', ' ')].map(decodePercent);
  return [...new Set(readings)].filter((reading) => reading !== run);
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
