const BARS = [...'▁▂▃▄▅▆▇█'];

/** One character for each number from zero up; a dot where there is nothing at all. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts);
  return counts
    .map((count) => (count <= 0 ? '·' : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? '·')))
    .join('');
}
