/**
 * Text from outside (labels, logs, tool outputs, a model's words) on its way to a person. Nothing here knows
 * where the text goes, except that Slack has its own three control characters.
 */

/** Terminal control sequences that are complete: string sequences (OSC, DCS, PM, APC, SOS) with their payload, and CSI. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file removes.
const ANSI = /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g;

/**
 * Everything that has an effect but no glyph: controls but for newline and tab, zero-width and bidirectional
 * formatting, tag characters and variation selectors (both can smuggle a hidden message), fillers.
 */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Removes what a reader cannot see but a terminal, a chat or a model obeys. Keeps newlines and tabs.
 * Idempotent, linear in the length of the text, and its result is well-formed UTF-16.
 */
export function stripInvisible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(ANSI, '')
    .replace(INVISIBLE, '');
}

/** {@link stripInvisible}, and every run of white space as one space. */
export function oneLine(text: string): string {
  return stripInvisible(text).replace(/\s+/g, ' ').trim();
}

/** At most `max` UTF-16 units, the last of them `…` when something was cut. Never splits a surrogate pair. */
export function truncate(text: string, max: number): string {
  return text.length <= max ? text : `${head(text, max - 1)}…`;
}

/**
 * Escapes the three characters that Slack gives a meaning to, which is what stops `<!channel>`, `<@U…>` and
 * `<https://evil|good.example>` in somebody else's text.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** {@link truncate} for text that {@link escapeSlack} has escaped: never cuts inside `&amp;`, `&lt;` or `&gt;`. */
export function truncateEscaped(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = head(text, max - 1);
  const entity = cut.lastIndexOf('&');
  const whole = entity === -1 || cut.includes(';', entity) ? cut : cut.slice(0, entity);
  return `${whole}…`;
}

function head(text: string, length: number): string {
  const cut = text.slice(0, Math.max(0, length));
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
