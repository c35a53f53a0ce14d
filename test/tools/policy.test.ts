import { describe, expect, it } from 'vitest';
import { ALLOWED_TOOLS, visibleTools } from '../../src/tools/policy.ts';
import { createToolset } from '../../src/tools/toolset.ts';
import { redact } from './run.ts';

const listed = [
  { name: 'search_logs', annotations: { readOnlyHint: true } },
  { name: 'kubectl_get_pods', annotations: { readOnlyHint: false } },
  { name: 'kubectl_describe_pod', annotations: {} },
  { name: 'query_prometheus' },
  { name: 'kubectl_delete', annotations: { readOnlyHint: true } },
];

describe('visibleTools', () => {
  it('shows only what is on the list and also declared read-only', () => {
    expect(visibleTools(listed, ALLOWED_TOOLS).map(({ name }) => name)).toEqual(['search_logs']);
  });

  it('shows nothing when nothing is allowed', () => {
    expect(visibleTools(listed, [])).toEqual([]);
  });
});

describe('createToolset', () => {
  const loki = { url: 'http://127.0.0.1:1' };

  it('has exactly the allowed tools when every system is configured', () => {
    const tools = createToolset(
      { kubernetes: { inCluster: true }, prometheus: loki, loki },
      redact,
    );
    expect(tools.map(({ name }) => name)).toEqual(ALLOWED_TOOLS);
  });

  it('has no tool of a system that is not configured', () => {
    const names = createToolset({ loki }, redact).map(({ name }) => name);
    expect(names).toContain('search_logs');
    expect(names.filter((name) => /kubectl|prometheus|changes/.test(name))).toEqual([]);
    expect(createToolset({}, redact)).toEqual([]);
  });
});
