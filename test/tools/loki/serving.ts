import { onTestFinished } from 'vitest';
import { createLokiClient, type LokiConnection } from '../../../src/tools/loki/client.ts';
import { lokiTools } from '../../../src/tools/loki/tools.ts';
import { type FakeLokiOptions, startFakeLoki } from '../../fakes/loki.ts';
import { redact, run } from '../run.ts';

/** The tools of a Loki that ends with the test. */
export async function serveLoki(
  options: FakeLokiOptions,
  connection: Partial<LokiConnection> = {},
) {
  const fake = await startFakeLoki(options);
  onTestFinished(() => fake.close());
  const tools = lokiTools(createLokiClient({ url: fake.url, ...connection }, redact));
  return {
    fake,
    call: (name: string, args: Record<string, unknown>) => run(tools, name, args),
    /** The requests of one endpoint, as the parameters that they had. */
    asked: (endpoint: string) =>
      fake.requests
        .filter(({ path }) => path === `/loki/api/v1/${endpoint}`)
        .map(({ params }) => Object.fromEntries(params)),
  };
}
