/** For the note on what was left out. */
const NOTE_BYTES = 250;

const NARROW = 'Ask for less: a narrower filter, a shorter time or a smaller limit.';

/**
 * At most `maxBytes` of UTF-8, cut at the end of a line where there is one near, with a note at the end on
 * how much was left out. The last guard of every output: a tool that knows what matters cuts before. `rest` is
 * what follows the text and is left out in any case.
 */
export function cutText(text: string, maxBytes: number, rest = ''): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes && rest === '') return text;
  const end = endOfWholeLines(bytes, Math.max(0, Math.min(bytes.length, maxBytes) - NOTE_BYTES));
  const out = bytes.subarray(end).toString() + rest;
  const lines = out.trim().split('\n').length;
  const left = `${grouped(lines)} more lines (${grouped(Buffer.byteLength(out))} bytes) are left out`;
  const kept = bytes.subarray(0, end).toString().trimEnd();
  return `${kept}\n… ${left}: one output has at most ${grouped(maxBytes)} bytes. ${NARROW}`;
}

/** A line that takes more than half of the room is cut too, between two characters. */
function endOfWholeLines(bytes: Buffer, room: number): number {
  const lineEnd = bytes.lastIndexOf('\n', room);
  if (lineEnd > room / 2) return lineEnd;
  let end = room;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return end;
}

/** Whether it is a further byte of a character of UTF-8. */
function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}

/**
 * Why a structured result is not given, or null. It cannot be cut as text can: its schema, which the client
 * was told of, would no longer hold, or a shortened list would pass for a whole one.
 */
export function tooLarge(tool: string, bytes: number, maxBytes: number): string | null {
  if (bytes <= maxBytes) return null;
  return `The result of ${tool} has ${grouped(bytes)} bytes of data; one may have ${grouped(maxBytes)}. ${NARROW}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
