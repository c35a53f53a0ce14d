import { escapeSlack, oneLine, stripInvisible, truncateEscaped } from '../../lib/escape.ts';

/**
 * The only ways in which text from outside gets into a Slack message. Each escapes, then cuts to `max` UTF-16
 * units of the escaped text, which is what Slack counts.
 * https://docs.slack.dev/messaging/formatting-message-text
 */

/** One line of prose. Back-ticks and asterisks become look-alikes, so that they open no span of ours. */
export function prose(text: string, max: number): string {
  return truncateEscaped(escapeSlack(oneLine(text).replaceAll('`', "'").replaceAll('*', '∗')), max);
}

/** One line in a code span; nothing for nothing, since two back-ticks would open a block. */
export function code(text: string, max: number): string {
  const content = oneLine(text).replaceAll('`', "'");
  return content === '' ? '' : `\`${truncateEscaped(escapeSlack(content), max - 2)}\``;
}

/** Lines in a code block. */
export function codeBlock(text: string, max: number): string {
  const content = stripInvisible(text).replaceAll('`', "'").trim();
  return `\`\`\`${truncateEscaped(escapeSlack(content), max - 6)}\`\`\``;
}

/** For a `plain_text` object or the notification: one line, no markup of ours around it. */
export function plain(text: string, max: number): string {
  return truncateEscaped(escapeSlack(oneLine(text)), max);
}

/** Whether {@link plain} would cut this. */
export function fits(text: string, max: number): boolean {
  return plain(text, max) === plain(text, Number.POSITIVE_INFINITY);
}
