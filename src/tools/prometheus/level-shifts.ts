/** From one level to another. Both are medians: of the values before and after, up to the next shift. */
export interface LevelShift {
  /** Index of the first value of the new level. */
  index: number;
  before: number;
  after: number;
}

/** A level needs so many values to be one; what is shorter is a spike. */
const MIN_RUN = 5;
const MAX_LEVELS = 8;
/** How many times the noise the two levels have to differ. The two halves of a ramp come to 3.5. */
const MIN_RATIO = 4.5;
/** Standard deviations of normal noise in one mean absolute deviation. */
const SIGMA = 1.2533;
/** Of the residuals, so that a few spikes do not count as noise. */
const TRIMMED_SHARE = 0.9;
/** Half the width of the running median, which takes out spikes and keeps edges. */
const SMOOTHING = 2;

/**
 * Where a series went to another level and stayed there for a while, by much more than its noise, in the
 * order of time. Spikes, ramps and oscillation are none. All values have to be finite.
 *
 * Segments are split where that explains most, up to 8 of them, then neighbours whose levels do not differ
 * are joined again: splitting alone would miss an excursion that comes back. Takes O(n log n).
 */
export function findLevelShifts(values: readonly number[]): LevelShift[] {
  const sums = prefixSums(runningMedian(values));
  const edges = settle(values, sums, join(values, split(sums)));
  return edges.slice(1, -1).map((index, at) => ({
    index,
    before: median(values.slice(edges[at], index)),
    after: median(values.slice(index, edges[at + 2])),
  }));
}

/** Values up to an index, and their squares, summed: the cost of any segment follows in one step. */
interface PrefixSums {
  sum: Float64Array;
  squares: Float64Array;
}

function prefixSums(values: readonly number[]): PrefixSums {
  // Relative to the first, and to the spread: squares of large values that hardly differ lose their digits.
  const origin = values[0] ?? 0;
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value - origin)), 0) || 1;
  const sum = new Float64Array(values.length + 1);
  const squares = new Float64Array(values.length + 1);
  for (const [index, value] of values.entries()) {
    const scaled = (value - origin) / scale;
    sum[index + 1] = (sum[index] ?? 0) + scaled;
    squares[index + 1] = (squares[index] ?? 0) + scaled * scaled;
  }
  return { sum, squares };
}

/** The squared deviations from the mean of a segment. */
function cost({ sum, squares }: PrefixSums, from: number, to: number): number {
  const total = (sum[to] ?? 0) - (sum[from] ?? 0);
  return (squares[to] ?? 0) - (squares[from] ?? 0) - (total * total) / (to - from);
}

interface Split {
  index: number;
  gain: number;
}

function bestSplit(sums: PrefixSums, from: number, to: number): Split | null {
  const whole = cost(sums, from, to);
  let best: Split | null = null;
  for (let index = from + MIN_RUN; index <= to - MIN_RUN; index += 1) {
    const gain = whole - cost(sums, from, index) - cost(sums, index, to);
    if (gain > (best?.gain ?? 0)) best = { index, gain };
  }
  return best;
}

/** The edges of the segments, both ends included. */
function split(sums: PrefixSums): number[] {
  const edges = [0, sums.sum.length - 1];
  while (edges.length <= MAX_LEVELS) {
    const best = pairs(edges)
      .map(([from, to]) => bestSplit(sums, from, to))
      .reduce((most, it) => ((it?.gain ?? 0) > (most?.gain ?? 0) ? it : most), null);
    if (best === null) break;
    edges.push(best.index);
    edges.sort((a, b) => a - b);
  }
  return edges;
}

/** Joins the two neighbours that differ least, until all that are left differ enough. */
function join(values: readonly number[], edges: readonly number[]): number[] {
  const inner = edges.slice(1, -1);
  const ratios = inner.map((index, at) =>
    ratio(values.slice(edges[at], index), values.slice(index, edges[at + 2])),
  );
  const least = Math.min(...ratios);
  return least >= MIN_RATIO
    ? [...edges]
    : join(
        values,
        edges.filter((_, at) => at === 0 || at !== ratios.indexOf(least) + 1),
      );
}

/** Joining moves no edge, so each is put where it fits best between its neighbours, if it still holds there. */
function settle(values: readonly number[], sums: PrefixSums, edges: readonly number[]): number[] {
  const settled = edges.map((edge, at) => {
    const [from, to] = [edges[at - 1], edges[at + 1]];
    if (from === undefined || to === undefined) return edge;
    return bestSplit(sums, from, to)?.index ?? edge;
  });
  return join(values, settled);
}

function ratio(before: readonly number[], after: readonly number[]): number {
  const [low, high] = [median(before), median(after)];
  const difference = Math.abs(high - low);
  // Less than the error of arithmetic on such values is no difference.
  if (difference <= 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return 0;
  return difference / Math.max(noise(before, low), noise(after, high));
}

function noise(values: readonly number[], level: number): number {
  const residuals = sorted(values.map((value) => Math.abs(value - level)));
  const kept = residuals.subarray(0, Math.ceil(residuals.length * TRIMMED_SHARE));
  return (SIGMA * kept.reduce((sum, it) => sum + it, 0)) / kept.length;
}

function runningMedian(values: readonly number[]): number[] {
  return values.map((_, index) =>
    median(values.slice(Math.max(0, index - SMOOTHING), index + SMOOTHING + 1)),
  );
}

function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const middle = ordered.length >> 1;
  const upper = ordered[middle] ?? Number.NaN;
  return ordered.length % 2 === 1 ? upper : ((ordered[middle - 1] ?? upper) + upper) / 2;
}

/** A typed array sorts by number, and many times faster. */
function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function pairs(edges: readonly number[]): [number, number][] {
  return edges.slice(1).map((to, at) => [edges[at] ?? 0, to]);
}
