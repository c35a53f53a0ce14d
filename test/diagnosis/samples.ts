import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Running, start } from '../e2e/monitoring.ts';
import type { World, WorldSeries } from './world.ts';

const run = promisify(execFile);

const SCRAPE_SECONDS = 60;
/** Back from the end: what fits into one block of Prometheus' two hours, with {@link endOf}. */
const SECONDS = 6_840;
const BLOCK_SECONDS = 7_200;
/** Cases stand this far apart, so that one Prometheus can hold them all. */
const APART_SECONDS = 2 * BLOCK_SECONDS;
const PARALLEL = 4;

/** When the window of the nth case ends: late within a block. */
export function endOf(index: number): string {
  const first =
    Math.floor(Date.parse('2026-10-01T00:00:00Z') / 1000 / BLOCK_SECONDS) * BLOCK_SECONDS;
  return new Date((first + index * APART_SECONDS + SECONDS + 240) * 1000)
    .toISOString()
    .replace('.000Z', 'Z');
}

/** A real Prometheus with the series of all worlds, each at its own time. */
export async function startPrometheusOf(
  binaries: { prometheus: string; promtool: string },
  dir: string,
  worlds: readonly World[],
): Promise<Running> {
  const [config, blocks] = [join(dir, 'prometheus.json'), join(dir, 'blocks')];
  await mkdir(blocks, { recursive: true });
  await writeFile(config, '{}');
  const open = [...worlds.entries()];
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let next = open.shift(); next !== undefined; next = open.shift()) {
        const [index, world] = next;
        // promtool takes no file without a sample.
        if (world.series.length === 0) continue;
        const file = join(dir, `samples-${index}`);
        await writeFile(file, samplesOf(world));
        await run(binaries.promtool, [
          'tsdb',
          'create-blocks-from',
          'openmetrics',
          '-q',
          file,
          blocks,
        ]);
      }
    }),
  );
  return await start(binaries.prometheus, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${blocks}`,
    '--storage.tsdb.retention.time=100y',
    // The blocks of the cases stay as they are: to join them would take longer than to play them.
    '--storage.tsdb.min-block-duration=2h',
    '--storage.tsdb.max-block-duration=2h',
    '--web.listen-address=127.0.0.1:0',
  ]);
}

function samplesOf(world: World): string {
  const end = Date.parse(world.now) / 1000;
  const byName = Map.groupBy(world.series, ({ name }) => name);
  const lines = [...byName.values()].flatMap((group) =>
    group.flatMap((series) => linesOf(series, end)),
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

function linesOf({ name, labels, valueAt }: WorldSeries, end: number): string[] {
  const text = Object.entries(labels)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',');
  const lines: string[] = [];
  for (let ago = SECONDS; ago >= 0; ago -= SCRAPE_SECONDS) {
    const value = valueAt(ago);
    if (value !== null) lines.push(`${name}{${text}} ${value} ${end - ago}`);
  }
  return lines;
}
