/**
 * A secret that its own form, or the command or header around it, gives away. What `pattern` matches ends with
 * the secret, in the group `secret`; it may have the name it stands under in the group `word`. Every repetition
 * is bounded or starts at an unambiguous place, so that time is linear in the text whatever the text is: log
 * lines are written by strangers.
 */
export interface Detector {
  kind: string;
  pattern: RegExp;
  accept?: (secret: string) => boolean;
  /**
   * In lower case; without any of these in the text the pattern cannot match. To look for a word costs a
   * hundredth of what the pattern costs, and most texts have none.
   */
  beside?: readonly string[];
}

/** Whether a text, in lower case, has one of the words; true where there are none to look for. */
export function hasAny(lower: string, words: readonly string[] | undefined): boolean {
  return words === undefined || words.some((word) => lower.includes(word));
}

export const hasDigit = (secret: string) => /\d/.test(secret);
export const isMixed = (secret: string) =>
  /\d/.test(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret);
