import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/config.ts';
import { LimitsSection } from '../../src/config/limits.ts';
import { envSettings } from '../../src/config/settings.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** The rows of the table that begins with this heading. */
function tableAfter(heading: string): string[] {
  const from = page.indexOf(heading);
  const lines = page.slice(from).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end);
}

const rowOf = (name: string, value: string | null, description: string) =>
  `| \`${name}\` | ${value === null ? '–' : `\`${value}\``} | ${description} |`;

it('docs/configuration.md tells of every environment variable that is read, and of no other', () => {
  expect(tableAfter('| Variable |')).toEqual(
    envSettings.map((setting) => rowOf(setting.name, setting.default, setting.description)),
  );
});

it('docs/configuration.md tells of every limit with its default', () => {
  const limits = z.record(z.string(), z.number()).parse(LimitsSection.parse({}));
  const descriptions = new Map(
    Object.entries(LimitsSection.shape).map(([name, field]) => [name, field.description ?? '']),
  );
  expect(tableAfter('| Limit |')).toEqual(
    Object.entries(limits).map(([name, value]) =>
      rowOf(name, String(value), descriptions.get(name) ?? ''),
    ),
  );
});

it('the file that docs/configuration.md shows is a valid one', () => {
  const [, example = ''] = /```yaml\n(# One cluster[\s\S]*?)```/.exec(page) ?? [];
  const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'example.yaml');
  writeFileSync(file, example);
  const env = {
    PROMETHEUS_TOKEN: 't',
    ALERTMANAGER_TOKEN: 't',
    PAGERDUTY_API_TOKEN: 't',
    SLACK_BOT_TOKEN: 'xoxb',
  };
  const config = loadConfig({ env, file });
  expect(config.environments.map(({ name }) => name)).toEqual(['eu', 'us', 'here']);
  expect(config.slack).toMatchObject({ channel: '#alerts' });
  // The only thing wrong with it is that nobody has these files.
  expect(config.warnings).toEqual([
    expect.stringMatching(/^environment eu: the kubeconfig .*eu\.kubeconfig does not exist/),
  ]);
});
