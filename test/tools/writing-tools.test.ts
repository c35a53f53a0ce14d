import { describe, expect, it } from 'vitest';
import { whyItMayWrite } from '../../src/tools/policy.ts';

const reading = (name: string) => whyItMayWrite({ name, annotations: { readOnlyHint: true } });

describe('whyItMayWrite', () => {
  it.each([
    'pods_delete',
    'resources_create_or_update',
    'podsExec',
    'HTTPPost',
    'helm.uninstall',
    'node-drain',
    'kubectl_rollout_restart',
    'write_file',
    'Scale',
  ])('takes %s at its word, whatever its server declares', (name) => {
    expect(reading(name)).toMatch(/^its name says that it writes \("\w+"\)$/);
  });

  it.each([
    'pods_list',
    'get_settings',
    'list_runs',
    'query_postgres',
    'nodes_log',
    'getDashboardByUid',
    'list_loki_label_values',
    'describe_deployment',
    'search_updates',
    'get_commit',
  ])('finds nothing in the name of %s', (name) => {
    expect(reading(name)).toBeNull();
  });

  it.each([
    [undefined, 'its server does not declare that it only reads'],
    [{}, 'its server does not declare that it only reads'],
    [{ readOnlyHint: false }, 'its server does not declare that it only reads'],
    [{ readOnlyHint: true, destructiveHint: true }, 'its server declares it destructive'],
    [{ readOnlyHint: true, destructiveHint: false }, null],
  ])('with the annotations %j says %j', (annotations, reason) => {
    expect(whyItMayWrite({ name: 'pods_list', annotations })).toBe(reason);
  });
});
