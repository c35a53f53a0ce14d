import { describe, expect, it } from 'vitest';
import { openCluster } from './kubernetes/cluster.ts';
import { serveLoki } from './loki/serving.ts';
import { toolError } from './run.ts';
import { pod, running } from './shop.ts';

/*
 * Tools cut lines, search them and make patterns of them before their output is redacted. What they do it to has to
 * be redacted already: here nothing stands between the tools and the test.
 */

const PASSWORD = 'Zx9-1234-Summer77';
/** A line whose password is cut through by whoever cuts it after so many characters. */
const cutAt = (characters: number) =>
  `${'word '.repeat(characters).slice(0, characters - 30)} postgres://orders:${PASSWORD}@orders-db:5432/orders`;

const PEM_LINE = `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'}${'a1B2'.repeat(3)}`;
const KEY = [
  '-----BEGIN PRIVATE KEY-----',
  PEM_LINE,
  PEM_LINE,
  'AASCBKcwggSj',
  '-----END PRIVATE KEY-----',
];

async function podLogs(lines: readonly string[]) {
  const at = (index: number) => new Date(Date.parse('2026-11-21T03:00:00Z') + index).toISOString();
  const log = lines.map((line, index) => `${at(index)} ${line}\n`).join('');
  const objects = [pod({ name: 'p', status: { containerStatuses: [running('app')] } })];
  const { call } = await openCluster({ objects, logs: { 'shop/p/app': log } });
  return (args: object = {}) => call('kubectl_logs', { namespace: 'shop', pod: 'p', ...args });
}

async function loki(lines: readonly string[]) {
  const start = BigInt(Date.parse('2026-11-21T03:00:00Z')) * 1_000_000n;
  const values = lines.map((line, index): [string, string] => [
    String(start + BigInt(index)),
    line,
  ]);
  const { call } = await serveLoki({ streams: [{ stream: { app: 'a' }, values }] });
  return (tool: string, args: object = {}) => call(tool, { query: '{app="a"}', ...args });
}

const everything = (output: unknown) => JSON.stringify(output);

describe('a secret that is cut through', () => {
  it('is not shown in part by kubectl_logs', async () => {
    const logs = await podLogs([cutAt(2_000)]);
    expect(everything(await logs())).not.toContain('Zx9');
  });

  it.each(['search_logs', 'log_patterns'])('is not shown in part by %s', async (tool) => {
    const ask = await loki([cutAt(4_000), cutAt(1_000), cutAt(300)]);
    expect(everything(await ask(tool))).not.toContain('Zx9');
  });

  it('is not shown in part of what is attached to a line', async () => {
    const start = String(BigInt(Date.parse('2026-11-21T03:00:00Z')) * 1_000_000n);
    const metadata = { 'exception.message': cutAt(300) };
    const { call } = await serveLoki({
      streams: [{ stream: { app: 'a' }, values: [[start, 'failed', metadata]] }],
    });
    const output = await call('search_logs', { query: '{app="a"}' });
    expect(output.text).toContain('exception.message=word');
    expect(everything(output)).not.toContain('Zx9');
  });

  it('is not shown in part by what reads objects', async () => {
    const terminated = { exitCode: 1, reason: 'Error', message: cutAt(400) };
    const status = { ...running('app'), lastState: { terminated } };
    const { call } = await openCluster({
      objects: [pod({ name: 'p', status: { containerStatuses: [status] } })],
    });
    const output = await call('kubectl_describe_pod', { namespace: 'shop', name: 'p' });
    expect(output.text).toContain('word word');
    expect(everything(output)).not.toContain('Zx9');
  });
});

describe('a secret in lines of which a pattern is made', () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `attempt ${index} at postgres://orders:${PASSWORD}@orders-db:5432/orders`,
  );

  it('is in no pattern of kubectl_logs', async () => {
    const { text } = await (await podLogs(lines))();
    expect(text).toContain('attempt <num>');
    expect(text).not.toMatch(/Zx9|Summer/);
  });

  it('is in no pattern of log_patterns', async () => {
    const output = await (await loki(lines))('log_patterns');
    expect(output.text).toContain('attempt <num>');
    expect(everything(output)).not.toMatch(/Zx9|Summer/);
  });
});

describe('grep', () => {
  it('finds what is shown of a line, and not what is redacted', async () => {
    const logs = await podLogs(['db password=hunter2x']);
    expect((await logs({ grep: 'db password=' })).structured.lines).toHaveLength(1);
    expect((await logs({ grep: 'REDACTED:password' })).structured.lines).toHaveLength(1);
    expect((await logs({ grep: 'hunter2' })).structured.lines).toEqual([]);
  });
});

describe('a secret that takes several lines', () => {
  it('is hidden line by line, each with its time', async () => {
    const logs = await podLogs(['before', ...KEY, 'after']);
    const { structured } = await logs();
    expect(structured.lines).toMatchObject([
      { text: 'before', at: '2026-11-21T03:00:00.000Z' },
      { text: expect.stringMatching(/^\[REDACTED:pem:\w{8}\]$/), count: KEY.length },
      { text: 'after', at: '2026-11-21T03:00:00.006Z' },
    ]);
  });

  it.each(['forward', 'backward'])('is found whichever way is asked (%s)', async (direction) => {
    const output = await (await loki(['before', ...KEY, 'after']))('search_logs', { direction });
    expect(everything(output)).not.toMatch(/MIIE|AASC/);
    expect(output.structured.entries).toHaveLength(KEY.length + 2);
  });

  it('is found on the line after its name', async () => {
    const ask = await loki(['Authorization: Basic', 'dXNlcjpodW50ZXIy', 'done']);
    expect((await ask('search_logs')).structured.entries).toMatchObject([
      { line: 'Authorization: Basic' },
      { line: expect.stringMatching(/^\[REDACTED:authorization:\w{8}\]$/) },
      { line: 'done' },
    ]);
  });
});

it('keeps secrets out of refusals that are cut', async () => {
  const body = `${'word '.repeat(195)} dial orders:${PASSWORD}@tcp(orders-db:3306)/orders`;
  const { fake, call } = await serveLoki({ streams: [] });
  fake.failNext(
    { kind: 'reply', reply: { status: 404, body: '404 page not found\n' } },
    { kind: 'reply', reply: { status: 400, body } },
  );
  const message = await toolError(call('search_logs', { query: '{app="a"}' }));
  expect(message).toContain('dial orders:[REDACTED');
  expect(message).not.toContain('Zx9');
});
