import type { Redact } from '../../evidence/redact.ts';
import { arrivedLabels, arrivedLines } from '../arrival.ts';
import type { Series, Stream } from './answers.ts';
import type { Direction } from './client.ts';

/** A stream without its secrets. Its lines are read in the order of time, in which a secret may take several. */
export async function arrivedStream(
  { stream, values }: Stream,
  direction: Direction,
  redact: Redact,
): Promise<Stream> {
  const newestFirst = isNewestFirst(values, direction);
  const inOrder = newestFirst ? values.toReversed() : values;
  const lines = await arrivedLines(
    inOrder.map(({ line }) => line),
    redact,
  );
  const arrived = inOrder.map(({ ns, metadata }, index) => ({
    ns,
    line: lines[index] ?? '',
    metadata: arrivedLabels(metadata, redact),
  }));
  return {
    stream: arrivedLabels(stream, redact),
    values: newestFirst ? arrived.toReversed() : arrived,
  };
}

/** Lines of one instant are in the order that was asked for. */
function isNewestFirst(values: Stream['values'], direction: Direction): boolean {
  const [first, last] = [values[0]?.ns ?? 0n, values.at(-1)?.ns ?? 0n];
  return first === last ? direction === 'backward' : first > last;
}

export function arrivedSeries({ labels, samples }: Series, redact: Redact): Series {
  return { labels: arrivedLabels(labels, redact), samples };
}
