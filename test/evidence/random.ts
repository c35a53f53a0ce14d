/** What a seeded generator draws from. */
export interface Random {
  /** From 0 up to, not including, `below`. */
  int(below: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** A text of so many characters out of an alphabet. */
  text(length: number, alphabet: string): string;
}

/** The same seed draws the same, on any machine (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    pick: (choices) => choices[int(choices.length)] ?? choices[0],
    text: (length, alphabet) =>
      Array.from({ length }, () => alphabet[int(alphabet.length)]).join(''),
  };
}

export const DIGITS = '0123456789';
export const HEX = `${DIGITS}abcdef`;
export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
export const ALNUM = LOWER + UPPER + DIGITS;
