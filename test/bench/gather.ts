import { setTimeout } from 'node:timers/promises';
import { digest } from '../../src/lib/digest.ts';
import type { ToolCaller } from '../../src/tools/tool.ts';
import type { DiagnosisCase } from '../diagnosis/case.ts';
import { play } from '../diagnosis/play.ts';
import { endOf } from '../diagnosis/samples.ts';
import { healthyShop } from '../diagnosis/shop.ts';
import { startFakePrometheus } from '../fakes/prometheus.ts';
import { inSeconds, printFigure, printTitle } from './print.ts';

/** Something whose pods have to be known before their logs can be read. */
const CRASH: DiagnosisCase = {
  name: 'crash',
  family: 'run',
  alert: { name: 'KubePodCrashLooping', labels: { deployment: 'checkout' } },
  arrange: (world) => void world.app('checkout').crash({ exitCode: 1 }),
  expected: { causes: [{ failureMode: 'application-crash', object: 'Deployment/checkout' }] },
};

const SLOWEST_MS = 3_000;
const FASTEST_MS = 300;

/** All that is read before anything is concluded, against the slowest of its calls: what waits for another shows here. */
export async function benchGather(): Promise<void> {
  printTitle(
    'gather: all first reads of one investigation, of systems that take from 0.3 to 3 s to answer',
  );
  const world = healthyShop(endOf(0));
  CRASH.arrange(world);
  const prometheus = await startFakePrometheus({ series: {} });
  const { evidence, seconds } = await play(CRASH, world, prometheus.url, slow);
  await prometheus.close();
  const slowest = Math.max(...evidence.map(({ ms }) => ms)) / 1000;
  printFigure('calls', String(evidence.length));
  printFigure('slowest call', inSeconds(slowest * 1000));
  printFigure('wall clock', inSeconds(seconds * 1000));
  printFigure('ratio', (seconds / slowest).toFixed(2), 'at most 1.2');
}

/** Each call takes its own time, the same in every run; lists of pods and what is asked about single pods are quick. */
function slow(tools: ToolCaller): ToolCaller {
  return {
    ...tools,
    list: () => tools.list(),
    close: () => tools.close(),
    async call(name, args, context) {
      const share = Number.parseInt(digest([name, JSON.stringify(args)], 4), 16) / 0xffff;
      const quick = /pods?$|logs$/.test(name) && name !== 'search_logs';
      await setTimeout(quick ? FASTEST_MS : FASTEST_MS + share * (SLOWEST_MS - FASTEST_MS));
      return await tools.call(name, args, context);
    },
  };
}
