import { describe, expect, it } from 'vitest';
import { createLokiClient } from '../../../src/tools/loki/client.ts';
import { limitToNamespaces } from '../../../src/tools/loki/enforce-namespaces.ts';
import { withoutCopies } from '../../../src/tools/loki/label-copies.ts';
import { ToolError } from '../../../src/tools/tool.ts';
import { redact } from '../run.ts';

const limited = (query: string) =>
  limitToNamespaces(query, { label: 'namespace', namespaces: ['shop'] });

describe.each([
  ['where namespaces are limited', limited],
  ['where nothing is limited', withoutCopies],
])('what a line or a label holds, %s', (_where, sent) => {
  it.each([
    '{app="a"} | json | level="error" |~ "time ?out"',
    '{app="a"} | logfmt | duration > 1s | keep level, duration',
    '{app="a"} | json city="address.city", first="items[0].name", password',
    '{app="a"} | json password="password"',
    '{app="a"} | logfmt message="msg"',
    '{app="a"} | json | label_format pod=instance',
    '{app="a"} | unpack | decolorize',
    'sum by (level) (sum_over_time({app="a"} | json | unwrap bytes(size) [5m]))',
    'label_replace(sum(rate({app="a"}[5m])), "x", "$1", "app", "(.*)")',
    '{app="a"} |= "line_format" # | line_format "{{.x}}"',
  ])('may be shown as %s does', (query) => {
    expect(() => sent(query)).not.toThrow();
  });

  it.each([
    [
      '{app="a"} | regexp "password=(?P<p>\\\\S+)" | line_format "{{.p}}"',
      'regexp may not be used',
    ],
    ['{app="a"} | line_format "{{ b64enc __line__ }}"', 'line_format may not be used'],
    ['{app="a"} # x\n|\tline_format # y\n `{{.p}}`', 'Use | json or | logfmt'],
    ['{app="a"} | pattern "<_>password=<p> <_>"', 'pattern may not be used'],
    ['{app="a"} | logfmt | label_format q="{{.password}}"', 'may only rename a label'],
    ['{app="a"} | logfmt | label_format a=b, q=password', '"password" may hold a secret'],
    ['{app="a"} | json v="password"', '"password" may hold a secret'],
    ['{app="a"} | json a, v="users[0].api_key"', '"api_key" may hold a secret'],
    ['{app="a"} | json v="[\\"db-password\\"]"', '"db-password" may hold a secret'],
    ['{app="a"} | json v="p\\x61ssword"', 'without a backslash'],
    ['{app="a"} | json v="env[0].value"', '"value" may hold a secret'],
    ['{app="a"} | json v="args[3]"', 'part of a list'],
    ['sum by (p) (count_over_time({app="a"} | logfmt p="password" [5m]))', 'may hold a secret'],
    ['sum_over_time({app="a"} | json | unwrap password [5m])', 'may hold a secret'],
    ['sum_over_time({app="a"} | json | unwrap bytes(token) | x="" [5m])', 'may hold a secret'],
    ['label_replace(rate({app="a"}[5m]), "v", "$1", "dsn", ".*:(.*)@.*")', 'take a part out'],
    ['label_replace(rate({app="a"}[5m]), "v", "$1", "password", "(.*)")', 'may hold a secret'],
    ['{app="a"} // "\n| line_format "{{.x}}"', 'parse error'],
    ['variants(rate({app="a"} | regexp "x" [1m])) of ({app="a"}[1m])', 'parse error'],
  ])('is refused as %s would show it, with what to do', (query, words) => {
    expect(() => sent(query)).toThrow(ToolError);
    expect(() => sent(query)).toThrow(words);
  });
});

describe('withoutCopies', () => {
  it('leaves to Loki to say what is wrong with a query that can take nothing out of a line', () => {
    expect(withoutCopies('{app=~"a" |= x')).toBe('{app=~"a" |= x');
    expect(withoutCopies('{}')).toBe('{}');
  });

  it('stands before every request, so that nothing which it refuses reaches Loki', async () => {
    const client = createLokiClient({ url: 'http://127.0.0.1:1' }, redact);
    const range = { startNs: 0n, endNs: 1n, limit: 1, direction: 'backward' } as const;
    const query = '{app="a"} | line_format "{{.x}}"';
    const { signal } = new AbortController();
    await expect(client.queryRange({ query, ...range }, signal)).rejects.toThrow('may not be used');
  });
});
