import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { definitionOf } from '../../../src/mcp/remote/definition.ts';
import { readPins, writePins } from '../../../src/mcp/remote/pin-file.ts';
import { accept } from '../../../src/mcp/remote/pins.ts';
import { startFakeKubernetes } from '../../fakes/kubernetes.ts';
import { SHOP } from '../../tools/shop.ts';
import { binary } from '../mcp-program.ts';
import { connectThrough, context, openServers } from './servers.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const PROGRAM = [process.execPath, binary('kubernetes-mcp-server')];
const runs = spawnSync(PROGRAM[0] ?? '', [PROGRAM[1] ?? '', '--version']).status === 0;
const why = runs ? '' : ' (skipped: kubernetes-mcp-server has no binary for this platform)';

async function open(allow: string[]) {
  const kubernetes = await startFakeKubernetes({ objects: SHOP });
  closing.push(kubernetes.close);
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'kube-')), 'config');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: kubernetes.url } }],
      users: [{ name: 'u', user: { token: 'a-token-of-some-length' } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'c',
    }),
  );
  const endpoint = {
    kind: 'command' as const,
    command: [...PROGRAM, '--read-only', '--kubeconfig', kubeconfig],
    ...{ inherited: {}, env: {}, cwd: tmpdir() },
  };
  const remote = openServers([{ name: 'k8s', allow, endpoint }]);
  closing.push(remote.close);
  return { remote, kubernetes };
}

describe.skipIf(!runs)(`kubernetes-mcp-server --read-only${why}`, () => {
  it('reads through our server, without the secrets in what it reads', async () => {
    const { remote, kubernetes } = await open(['pods_get', 'configuration_view']);
    await remote.acceptAll();
    const caller = await connectThrough(remote, ['k8s_pods_get', 'k8s_configuration_view']);
    closing.push(caller.close);
    const name = 'checkout-6b9f7c9d4-x2x4p';
    const pod = await caller.call('k8s_pods_get', { namespace: 'shop', name }, context());
    expect(pod).toMatchObject({ isError: false, text: expect.stringContaining(`name: ${name}`) });
    for (const secret of ['annotation-hunter2', 'literal-hunter2', 'url-hunter2']) {
      expect(pod.text).not.toContain(secret);
    }
    expect(kubernetes.requests.every(({ method }) => method === 'GET')).toBe(true);
    const view = await caller.call('k8s_configuration_view', {}, context());
    expect(view.text).toMatch(/token: \[REDACTED:/);
    expect(await caller.call('k8s_pods_get', { name, kind: 'Secret' }, context())).toMatchObject({
      isError: true,
      text: expect.stringContaining('kind is no argument'),
    });
  });

  it('has no tool that writes, however much that is allowed', async () => {
    const { remote } = await open(['pods_delete', 'resources_create_or_update', 'pods_list']);
    await remote.acceptAll();
    expect((await remote.catalogue()).tools.map(({ name }) => name)).toEqual(['k8s_pods_list']);
  });

  it('loses a tool whose description is not the accepted one', async () => {
    const { remote } = await open(['pods_list', 'pods_log']);
    await remote.acceptAll();
    const pins = await readPins(remote.pinFile);
    const other = pins
      .filter(({ tool }) => tool === 'pods_log')
      .map((pin) => ({
        ...pin,
        definition: definitionOf({
          name: pin.tool,
          description: 'Reads.',
          inputSchema: { ...pin.inputSchema, type: 'object' },
          annotations: pin.annotations,
        }),
      }));
    await writePins(remote.pinFile, accept(pins, other, '2026-11-21T03:12:00.000Z'));
    expect((await remote.catalogue()).tools.map(({ name }) => name)).toEqual(['k8s_pods_list']);
    expect(remote.lines.join()).toContain(
      'k8s_pods_log is quarantined: its description changed since 2026-11-21',
    );
  });
});
