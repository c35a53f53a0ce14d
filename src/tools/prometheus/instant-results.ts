import { ToolError } from '../tool.ts';
import type { InstantData, Labels } from './answers.ts';
import { parseValue } from './values.ts';

/** One line of the answer to an instant query. The value is as Prometheus writes it. */
export interface InstantResult {
  labels: Labels;
  value: string;
}

export interface InstantResults {
  type: 'vector' | 'scalar' | 'string';
  /** The highest first. */
  results: InstantResult[];
  /** How many more have no single value. */
  histograms: number;
}

/** @throws ToolError for the raw samples of a range selector. */
export function readResults(data: InstantData): InstantResults {
  if (data.resultType === 'matrix') {
    throw new ToolError(
      'The query gives a range of samples for each series, not a value. Put the range selector into a function ' +
        'such as rate() or max_over_time(), or leave out its [range].',
    );
  }
  if (data.resultType !== 'vector') {
    const results = [{ labels: {}, value: data.result[1] }];
    return { type: data.resultType, results, histograms: 0 };
  }
  const results = data.result.flatMap(({ metric, value }) =>
    value ? [{ labels: metric, value: value[1] }] : [],
  );
  const histograms = data.result.length - results.length;
  return { type: 'vector', results: results.sort(byValue), histograms };
}

/** NaN compares with nothing, so it goes last. */
function byValue(a: InstantResult, b: InstantResult): number {
  const [left, right] = [parseValue(a.value), parseValue(b.value)];
  if (Number.isNaN(left) || Number.isNaN(right)) {
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  }
  return left === right ? 0 : right - left;
}
