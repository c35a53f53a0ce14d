import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath, type Running, start } from '../../e2e/monitoring.ts';
import { ALLOWED, FORBIDDEN, METRICS } from './promql-generator.ts';

const run = promisify(execFile);

/** When the samples end, in Unix seconds; they go back for an hour. */
export const SAMPLES_END = Date.parse('2026-11-21T03:12:00Z') / 1000;

/** Null when one of them is not installed, which `CI=true` does not allow. */
export function findPrometheus(): { prometheus: string; promtool: string } | null {
  const [prometheus, promtool] = [findOnPath('prometheus'), findOnPath('promtool')];
  if (prometheus !== null && promtool !== null) return { prometheus, promtool };
  const message =
    'prometheus and promtool are not installed: the test with the real one is skipped';
  if (process.env.CI === 'true') throw new Error(`${message}, which CI=true does not allow`);
  console.warn(message);
  return null;
}

/** A real Prometheus that has nothing but the samples of some namespaces; those of the forbidden one are like no other. */
export async function startWithSamples(
  binaries: { prometheus: string; promtool: string },
  dir: string,
  namespaces: readonly string[],
): Promise<Running> {
  await mkdir(dir);
  const [config, text, blocks] = [join(dir, 'p.json'), join(dir, 'samples'), join(dir, 'blocks')];
  await writeFile(config, '{}');
  await writeFile(text, `${namespaces.flatMap(samplesOf).join('\n')}\n# EOF\n`);
  await run(binaries.promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '-q', text, blocks]);
  return await start(binaries.prometheus, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${blocks}`,
    '--storage.tsdb.retention.time=100y',
    '--web.listen-address=127.0.0.1:0',
  ]);
}

export const EVERYTHING = [...ALLOWED, FORBIDDEN];

function samplesOf(namespace: string, index: number): string[] {
  const scale = namespace === FORBIDDEN ? 7_919 : index + 2;
  return METRICS.flatMap((metric, of) =>
    ['200', '503'].flatMap((code, pod) =>
      Array.from({ length: 61 }, (_, minute) => {
        const labels = `namespace="${namespace}",pod="${namespace}-${pod}",code="${code}"`;
        const value = scale * (minute + 1) + of * 100 + pod * 10_000 + (minute % 7) * 3;
        return `${metric}{${labels}} ${value} ${SAMPLES_END - 60 * (60 - minute)}`;
      }),
    ),
  );
}
