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
    'DELETEpods',
    'DELETEPods',
    'pods_DELETE',
    'shell_command',
    'run_command',
    'call_tool',
    'eval',
    'http_request',
    'make_request',
    'fetch',
    'fetch_url',
    'webFetch',
    'alter_table',
    'swap',
    'format_disk',
    'grant_role',
    'ack_alert',
    'silence_alert',
    'muteAlert',
    'resolve_incident',
    'close_issue',
    'get_or_close_issue',
    'comment',
    'reply',
    'commit',
    'commit_list',
    'sync_app',
    'port_forward',
    'debug_pod',
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
    'get_pull_request',
    'list_http_routes',
    'get_swap_usage',
    'list_silences',
    'getSyncStatus',
    'github_read_comment',
    'search_requests',
    'fetch_logs',
    'getHTTPStatus',
    'list_attachments',
    'formatted_report',
    'resolver_health',
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
