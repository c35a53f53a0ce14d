import { afterEach } from 'vitest';
import type { PrometheusConnection } from '../../../src/tools/prometheus/client.ts';
import { createToolset } from '../../../src/tools/toolset.ts';
import type { HttpFake } from '../../fakes/http-fake.ts';
import { type FakePrometheusOptions, startFakePrometheus } from '../../fakes/prometheus.ts';
import { redact, run } from '../run.ts';

/** The tools over a fake Prometheus, which is closed behind each test of the file that calls this. */
export function prometheusWorlds() {
  const open: HttpFake[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((fake) => fake.close()));
  });
  return async (
    options: FakePrometheusOptions,
    connection: Omit<PrometheusConnection, 'url'> = {},
  ) => {
    const fake = await startFakePrometheus(options);
    open.push(fake);
    const tools = createToolset({ prometheus: { url: fake.url, ...connection } }, redact);
    return {
      fake,
      call: (name: string, args: Record<string, unknown> = {}) => run(tools, name, args),
    };
  };
}
