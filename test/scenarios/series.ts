import type { TimeWindow } from '../../src/alert/window.ts';
import type { FakeSeries } from '../fakes/prometheus.ts';

/** What Prometheus knows: time series by the text of the query that asks for them. */
export type SeriesByQuery = Record<string, FakeSeries[]>;

const SCRAPE_SECONDS = 15;

/** A series over the window. `valueAt` takes Unix seconds; null where there is no sample. */
export function series(
  metric: Record<string, string>,
  window: TimeWindow,
  valueAt: (second: number) => number | null,
): FakeSeries {
  const values: [number, string][] = [];
  const from = Math.floor(Date.parse(window.from) / 1000);
  const to = Math.ceil(Date.parse(window.to) / 1000);
  for (let second = from - (from % SCRAPE_SECONDS); second <= to; second += SCRAPE_SECONDS) {
    const value = valueAt(second);
    if (value !== null) values.push([second, String(Number(value.toPrecision(6)))]);
  }
  return { metric, values };
}

/** Unix seconds of an instant. */
export function secondOf(instant: string): number {
  return Date.parse(instant) / 1000;
}

/** A value that moves a little around `level`, the same way every time. */
export function around(level: number, share: number, second: number, phase = 0): number {
  const wave = Math.sin(second / 97 + phase) + Math.sin(second / 31 + 2 * phase) / 2;
  return level * (1 + (share * wave) / 1.5);
}

/** From one value to another between two moments; flat before and after. */
export function ramp(
  second: number,
  [from, a]: [string, number],
  [to, b]: [string, number],
): number {
  const share = (second - secondOf(from)) / (secondOf(to) - secondOf(from));
  return a + (b - a) * Math.min(1, Math.max(0, share));
}
