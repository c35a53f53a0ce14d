/** How much of a cut goes to the beginning; the end of a log says more than its middle. */
const HEAD_SHARE = 0.6;

/**
 * At most about `maxBytes` of UTF-8: the head and the tail, cut at line ends where that is cheap, with a
 * line between that says how much was left out and how to read it.
 */
export function clip(text: string, maxBytes: number, evidenceId: string): string {
  const total = Buffer.byteLength(text);
  if (total <= maxBytes) return text;
  const head = cutAtLineEnd(text, Math.floor(maxBytes * HEAD_SHARE));
  const tail = tailFromLineStart(text, maxBytes - Math.floor(maxBytes * HEAD_SHARE));
  const left = total - Buffer.byteLength(head) - Buffer.byteLength(tail);
  const offset = head.length;
  return `${head}\n[… ${left} bytes left out: read_evidence {"id":"${evidenceId}","offset":${offset}} or {"id":"${evidenceId}","match":"…"} …]\n${tail}`;
}

/** A page of `text` from `offset` (UTF-16 units), at most about `maxBytes` of UTF-8. */
export function page(text: string, offset: number, maxBytes: number): string {
  return cutAtLineEnd(text.slice(wholeCharacter(text, offset)), maxBytes);
}

/** One line of a log may be a whole stack trace in JSON: of a longer one only the part around the match is shown. */
const MAX_LINE = 600;

/** The lines that hold `match`, case folded, each with its number and a line around it. */
export function matchingLines(text: string, match: string, maxBytes: number): string {
  const lines = text.split('\n');
  const wanted = match.toLowerCase();
  const shown = new Map<number, string>();
  lines.forEach((line, index) => {
    const found = line.toLowerCase().indexOf(wanted);
    if (found === -1) return;
    shown.set(index, excerpt(line, found));
    for (const near of [index - 1, index + 1]) {
      const neighbour = lines[near];
      if (neighbour !== undefined && !shown.has(near)) shown.set(near, excerpt(neighbour, 0));
    }
  });
  if (shown.size === 0) return `No line holds ${JSON.stringify(match)}.`;
  const found = [...shown]
    .sort(([a], [b]) => a - b)
    .map(([index, line]) => `${index + 1}: ${line}`);
  return cutAtLineEnd(found.join('\n'), maxBytes);
}

function excerpt(line: string, around: number): string {
  if (line.length <= MAX_LINE) return line;
  const start = wholeCharacter(
    line,
    Math.max(0, Math.min(around - MAX_LINE / 2, line.length - MAX_LINE)),
  );
  const end = wholeCharacter(line, Math.min(line.length, start + MAX_LINE));
  return `${start > 0 ? '… ' : ''}${line.slice(start, end)}${end < line.length ? ' …' : ''}`;
}

function cutAtLineEnd(text: string, maxBytes: number): string {
  const cut = cutBytes(text, maxBytes);
  if (cut.length === text.length) return cut;
  const lineEnd = cut.lastIndexOf('\n');
  return lineEnd > cut.length / 2 ? cut.slice(0, lineEnd) : cut;
}

function tailFromLineStart(text: string, maxBytes: number): string {
  let start = Math.max(0, text.length - maxBytes);
  while (Buffer.byteLength(text.slice(start)) > maxBytes)
    start += Math.ceil((text.length - start) / 20);
  start = wholeCharacter(text, start);
  const lineStart = text.indexOf('\n', start) + 1;
  return lineStart > 0 && lineStart < start + (text.length - start) / 2
    ? text.slice(lineStart)
    : text.slice(start);
}

function cutBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text.slice(0, maxBytes)).subarray(0, maxBytes);
  // Decoding a prefix can leave half a character at the end, as U+FFFD.
  return bytes.toString('utf8').replace(/\uFFFD+$/u, '');
}

/** Moves an offset that points between the two halves of a surrogate pair to its start. */
function wholeCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff && offset > 0 ? offset - 1 : offset;
}
