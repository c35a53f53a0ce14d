import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isSameKubeconfig } from '../../src/config/kubeconfig-file.ts';
import { directory, load } from './loading.ts';

const file = join(directory, 'kubeconfig');
const warningsOf = (content: string) => {
  writeFileSync(file, content);
  return load({ KUBECONFIG: file }).warnings;
};

it('says at the start that a kubeconfig is not there, is a directory, or cannot be read', () => {
  const absent = join(directory, 'none');
  expect(load({ KUBECONFIG: absent }).warnings).toEqual([
    `environment default: the kubeconfig ${absent} does not exist (KUBECONFIG)`,
  ]);
  const folder = join(directory, 'folder');
  mkdirSync(folder);
  expect(load({ KUBECONFIG: folder }).warnings).toEqual([
    `environment default: the kubeconfig ${folder} is a directory: name the file in it (KUBECONFIG)`,
  ]);
  expect(load({ KUBECONFIG: '/dev/null' }).warnings.join()).toContain('/dev/null is no file');
});

it.each([
  ['empty', ' \n', 'is empty'],
  [
    'broken',
    'clusters:\n  - name: a\n token: hunter2\n',
    'is not valid YAML in line 3 (bad indent)',
  ],
  ['something else', 'token: hunter2\n', 'is no kubeconfig: it has no clusters'],
  ['without a cluster', 'clusters: []\n', 'is no kubeconfig: it has no clusters'],
])(
  'says at the start that a kubeconfig is %s, and nothing of its content',
  (_what, content, words) => {
    const warnings = warningsOf(content);
    expect(warnings).toEqual([`environment default: the kubeconfig ${file} ${words} (KUBECONFIG)`]);
    expect(warnings.join()).not.toContain('hunter2');
  },
);

it('says nothing of one that names a cluster', () => {
  expect(warningsOf('clusters: [{name: a}]\n')).toEqual([]);
});

it('knows the same credentials by another path, and others by their context', () => {
  writeFileSync(file, 'clusters: [{name: a}]\n');
  const link = join(directory, 'link');
  symlinkSync(file, link);
  const access = (kubeconfig: string, context: string | null = null) =>
    ({ kind: 'kubeconfig', kubeconfig, context }) as const;
  expect(isSameKubeconfig(access(file), access(link))).toBe(true);
  expect(isSameKubeconfig(access(file), access(file, 'writer'))).toBe(false);
  expect(isSameKubeconfig(null, access(file))).toBe(false);
});
