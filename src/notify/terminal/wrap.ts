/** What a terminal draws two columns wide: East Asian wide and full-width characters, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const COMBINING = /^\p{M}$/u;

/** Columns that a text without control sequences takes. */
export function columns(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  if (character < '\u0300') return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Breaks one line of text at spaces; a word longer than a line is broken where the line ends. Never empty. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const next = () => {
    lines.push(line);
    line = '';
    used = 0;
  };
  const add = (character: string) => {
    const step = columnsOf(character);
    if (used > 0 && used + step > width) next();
    line += character;
    used += step;
  };
  for (const word of text.split(' ')) {
    const size = columns(word);
    const room = width - used - 1;
    const startsHere = size <= room || (size > width && room > 0);
    if (used > 0 && startsHere) add(' ');
    else if (used > 0) next();
    for (const character of word) add(character);
  }
  return [...lines, line];
}
