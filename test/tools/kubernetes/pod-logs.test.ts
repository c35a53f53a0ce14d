import { describe, expect, it } from 'vitest';
import type { FakeKubernetesOptions } from '../../fakes/kubernetes.ts';
import { toolError } from '../run.ts';
import { OOM_POD, OOM_STATUS, pod, running } from '../shop.ts';
import { openCluster } from './cluster.ts';

const OOM = 'checkout-6b9f7c9d4-x2x4p';

function lines(...rows: [time: string, text: string][]): string {
  return rows.map(([time, text]) => `2026-11-21T${time}Z ${text}\n`).join('');
}

async function open(options: Partial<FakeKubernetesOptions> = {}) {
  const { call, fake } = await openCluster({ objects: [OOM_POD], ...options });
  const logs = (name: string, args: Record<string, unknown> = {}) =>
    call('kubectl_logs', { namespace: 'shop', pod: name, ...args });
  return { logs, fake };
}

const sidecar = (statuses: Record<string, unknown>[], more: Record<string, unknown> = {}) => [
  pod({
    name: 'p',
    spec: {
      initContainers: [{ name: 'migrate' }],
      containers: [{ name: 'proxy' }, { name: 'app' }],
    },
    status: { containerStatuses: statuses },
    ...more,
  }),
];

describe('kubectl_logs', () => {
  it('shows the lines of the window with repeated ones folded, and none from after it', async () => {
    const log = lines(
      ['01:00:00.5', 'before the window'],
      ['03:10:02.118', 'listening'],
      ['03:11:20.004', '2026-11-21 03:11:20,004 heap is full'],
      ['03:11:25.011', '2026-11-21 03:11:25,011 heap is full'],
      ['03:11:30.009', '2026-11-21 03:11:30,009 heap is full'],
      ['03:13:00', 'after the window'],
    );
    const { logs } = await open({ logs: { [`shop/${OOM}/app`]: log } });
    const { text, structured } = await logs(OOM);
    expect(text).toMatchInlineSnapshot(`
      "shop/checkout-6b9f7c9d4-x2x4p, container app: 4 lines from 2026-11-21T02:12:00Z to 2026-11-21T03:12:00Z. Times are UTC of 2026-11-21.
      03:10:02.118 listening
      03:11:20.004 2026-11-21 03:11:20,004 heap is full (x3 until 03:11:30.009)"
    `);
    expect(structured.lines).toEqual([
      {
        at: '2026-11-21T03:10:02.118Z',
        lastAt: '2026-11-21T03:10:02.118Z',
        text: 'listening',
        count: 1,
      },
      {
        at: '2026-11-21T03:11:20.004Z',
        lastAt: '2026-11-21T03:11:30.009Z',
        text: '2026-11-21 03:11:20,004 heap is full',
        count: 3,
      },
    ]);
  });

  it('takes the last lines, and since from the end of the window', async () => {
    const log = lines(
      ...['02:20', '03:08', '03:09', '03:10'].map((time): [string, string] => [
        `${time}:00`,
        `at ${time}`,
      ]),
    );
    const { logs, fake } = await open({ logs: { [`shop/${OOM}/app`]: log } });
    const { text, structured } = await logs(OOM, { tail: 2, since: '5m' });
    expect(structured).toMatchObject({
      from: '2026-11-21T03:07:00.000Z',
      lines: [{ text: 'at 03:09' }, { text: 'at 03:10' }],
    });
    expect(text).toContain('There are earlier lines: raise tail, or use grep or since.');
    const params = Object.fromEntries(fake.requests.at(-1)?.params ?? []);
    expect(params).toMatchObject({
      sinceTime: '2026-11-21T03:07:00Z',
      tailLines: '2',
      container: 'app',
      timestamps: 'true',
    });
    expect(Number(params.limitBytes)).toBeGreaterThan(0);
  });

  it('greps on this side, before it takes the last lines', async () => {
    const rows = Array.from({ length: 30 }, (_, index): [string, string] => [
      `03:00:${String(index).padStart(2, '0')}`,
      index % 3 === 0 ? `ERROR ${index}` : `ok ${index}`,
    ]);
    const { logs } = await open({ logs: { [`shop/${OOM}/app`]: lines(...rows) } });
    const { text, structured } = await logs(OOM, { grep: '/error|ERROR (3|9)$/', tail: 5 });
    expect(structured.lines).toMatchObject([{ text: 'ERROR 3' }, { text: 'ERROR 9' }]);
    expect(text).toContain('2 lines matching "/error|ERROR (3|9)$/"');
    const some = await logs(OOM, { grep: 'error', tail: 2 });
    expect(some.structured.lines).toMatchObject([{ text: 'ERROR 24' }, { text: 'ERROR 27' }]);
    expect(some.text).toContain('8 earlier lines match too: raise tail to see them.');
    expect(await toolError(logs(OOM, { grep: '/(?<=x)y/' }))).toContain('Lookaround');
  });

  it('reads the instance before the last restart, whenever it ended', async () => {
    const { logs, fake } = await open({
      logs: { [`shop/${OOM}/app/previous`]: lines(['01:00:00', 'the end']) },
    });
    const { text, structured } = await logs(OOM, { previous: true });
    expect(structured).toMatchObject({ previous: true, from: null, lines: [{ text: 'the end' }] });
    expect(text).toContain('container app before its last restart: 1 line to 2026-11-21T03:12:00Z');
    expect(fake.requests.at(-1)?.params.has('sinceTime')).toBe(false);
  });

  it('says as a fact that there was no instance before', async () => {
    const { logs } = await open({ objects: [pod({ name: 'p' })] });
    const { text, structured } = await logs('p', { previous: true });
    expect(text).toContain(
      'Container app has no instance before this one (0 restarts), or its log is gone.',
    );
    expect(structured.lines).toEqual([]);
  });

  it('says as a fact why a container has no log yet', async () => {
    const state = { waiting: { reason: 'ImagePullBackOff', message: 'not found' } };
    const { logs, fake } = await open({
      objects: [
        pod({
          name: 'p',
          status: { containerStatuses: [running('app', { ready: false, state })] },
        }),
      ],
    });
    const body = {
      kind: 'Status',
      reason: 'BadRequest',
      message: 'container "app" in pod "p" is waiting to start',
    };
    const log = logs('p');
    await fake.nextRequest();
    fake.failNext({ kind: 'reply', reply: { status: 400, body } });
    expect((await log).text).toContain(
      'Container app has not started: ImagePullBackOff: not found.',
    );
  });

  it('points to the instance before when the running one wrote nothing', async () => {
    const { logs } = await open();
    expect((await logs(OOM)).text).toContain(
      'It restarted 7 times: previous has what it wrote before the last one.',
    );
  });

  it.each([
    [
      'the one that failed',
      [running('proxy'), { ...OOM_STATUS, name: 'app' }],
      {},
      'app',
      'it failed',
    ],
    [
      'the one that the pod prefers',
      [running('proxy'), running('app')],
      { annotations: { 'kubectl.kubernetes.io/default-container': 'app' } },
      'app',
      'none was named',
    ],
    ['the first', [running('proxy'), running('app')], {}, 'proxy', 'none was named'],
  ])(
    'takes %s of several containers, and says which there are',
    async (_, statuses, more, taken, why) => {
      const { logs } = await open({ objects: sidecar(statuses, more) });
      const { text, structured } = await logs('p');
      expect(structured).toMatchObject({
        container: taken,
        containers: ['migrate', 'proxy', 'app'],
      });
      const other = taken === 'app' ? 'proxy' : 'app';
      expect(text).toContain(`was taken because ${why}; there are also migrate (init), ${other}.`);
    },
  );

  it('names the containers when the one that is asked for is not there', async () => {
    const { logs } = await open({ objects: sidecar([running('proxy'), running('app')]) });
    expect(await toolError(logs('p', { container: 'nope' }))).toBe(
      'The pod has no container "nope"; it has migrate (init), proxy, app.',
    );
    expect((await logs('p', { container: 'migrate' })).structured.container).toBe('migrate');
  });

  it('cuts long lines and keeps the newest of too much text', async () => {
    const rows = Array.from({ length: 200 }, (_, index): [string, string] => [
      `03:00:00.${String(index).padStart(3, '0')}`,
      `ERROR ${index} ${'x'.repeat(3_000)}`,
    ]);
    const { logs } = await open({ logs: { [`shop/${OOM}/app`]: lines(...rows) } });
    const { text, structured } = await logs(OOM);
    expect(text.length).toBeLessThan(62_000);
    expect(text).toMatch(/The first \d+ rows of these are left out/);
    expect(text).toContain('\n03:00:00.199 ERROR 199 xxx');
    expect(text).toContain('… (3010 characters)');
    expect(structured.lines).toHaveLength(200);
  });

  it('says what RBAC refuses, and that there is no such pod', async () => {
    const { logs } = await open({ forbidden: ['get pods/log'] });
    expect(await toolError(logs(OOM))).toBe(
      'RBAC does not allow this service account to get pods/log in namespace shop (403).',
    );
    expect(await toolError(logs('nope'))).toBe('There is no pod nope in namespace shop.');
  });

  it.each(['..', 'a/b', 'p?container=x', ''])('refuses the pod %j', async (name) => {
    const { logs, fake } = await open();
    await expect(logs(name)).rejects.toThrow('must be the full name');
    expect(fake.requests).toEqual([]);
  });

  it('refuses a tail that is too long', async () => {
    const { logs } = await open();
    await expect(logs(OOM, { tail: 2_001 })).rejects.toThrow('2000');
  });
});
