/** What stands where the words of a template differ. */
export const WILD = '<*>';

/** Whether a token differs from line to line: it holds a masked part, or a digit that was not masked. */
export function isVariable(token: string): boolean {
  return /[<\d]/.test(token) && !isFixed(token);
}

/** A status of HTTP is the one number that masking keeps, and tells two templates apart. */
export function isFixed(token: string): boolean {
  return /(?<![\w.])[1-5]\d\d(?![\w.])/.test(token);
}

/** The share of places that hold the same; of two lines without a word, all. */
export function similarityOf(a: readonly string[], b: readonly string[]): number {
  let same = 0;
  for (const [index, token] of a.entries()) {
    const other = b[index] ?? '';
    if (token === other) same += 1;
    else if (isFixed(token) || isFixed(other)) return 0;
  }
  return a.length === 0 ? 1 : same / a.length;
}

export function mergeTokens(a: readonly string[], b: readonly string[]): string[] {
  return a.map((token, index) => mergeToken(token, b[index] ?? ''));
}

/** Of `user=bob` and `user=eve` the name stays. */
function mergeToken(a: string, b: string): string {
  if (a === b) return a;
  const [name] = /^[\w.-]{1,100}[=:]/.exec(a) ?? [];
  return name !== undefined && b.startsWith(name) ? `${name}${WILD}` : WILD;
}
