import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/problems.ts';
import type { Environ } from '../../src/config/settings.ts';

/** A directory of this test file's own, empty but for `given.yaml`. */
export const directory = mkdtempSync(join(tmpdir(), 'config-'));

/** The configuration out of an environment and, if given, a file of this content. */
export function load(env: Environ, yaml?: string): Config {
  if (yaml === undefined) return loadConfig({ env, directory });
  const file = join(directory, 'given.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ env, file, directory });
}

/** Every problem as `key | got | accepts`, in the order in which they are printed. */
export function problemsOf(env: Environ, yaml?: string): string[] {
  try {
    load(env, yaml);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { key } of error.problems) expect(error.message).toContain(`  ${key}: got `);
    return error.problems.map(({ key, got, accepts }) => `${key} | ${got} | ${accepts}`);
  }
  return [];
}

export const reveal = (secret: { reveal(): string } | null | undefined) => secret?.reveal();
