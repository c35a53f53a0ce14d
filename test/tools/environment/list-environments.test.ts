import { expect, it } from 'vitest';
import {
  type EnvironmentFacts,
  listEnvironments,
} from '../../../src/tools/environment/list-environments.ts';

const FACTS: EnvironmentFacts = {
  name: 'eu',
  version: '0.2.0',
  namespaces: ['shop', 'payments'],
  systems: [
    { system: 'Kubernetes', tools: ['kubectl_get_pods', 'kubectl_describe_pod'] },
    { system: 'Loki', tools: ['search_logs'] },
  ],
  gaps: ['argocd: quarantined, 1 tool'],
  defaultWindowMinutes: 60,
  limits: { toolSeconds: 15, toolCallsPerMinute: 600, outputBytes: 200_000 },
};

const context = {
  window: { from: '2026-11-21T02:12:00Z', to: '2026-11-21T03:12:00Z' },
  signal: new AbortController().signal,
};

it('says what this server is, what it may read and with which limits', async () => {
  const { text, structured } = await listEnvironments(FACTS).run({}, context);
  expect(text).toBe(
    [
      'eu: the only environment of this server (probable-cause 0.2.0, read-only)',
      'SYSTEM      TOOLS',
      'Kubernetes  kubectl_get_pods, kubectl_describe_pod',
      'Loki        search_logs',
      'argocd: quarantined, 1 tool',
      'Namespaces: shop, payments',
      'Time: the last 60 minutes unless asked otherwise',
      'Limits: 15 s a call, 600 calls a minute, 200,000 bytes of text an output',
    ].join('\n'),
  );
  expect(structured).toEqual({ environments: [FACTS] });
});

it('says that there is nothing to read, and that no namespace is left out', async () => {
  const facts = { ...FACTS, namespaces: null, systems: [] };
  const { text } = await listEnvironments(facts).run({}, context);
  expect(text).toContain('No system is configured');
  expect(text).toContain('MCP clients pass variables on only when told to');
  expect(text).toContain('Namespaces: all that the systems allow');
});

it('takes no arguments', () => {
  expect(listEnvironments(FACTS).input.safeParse({ environment: 'us' }).success).toBe(false);
});
