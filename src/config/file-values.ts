import { z } from 'zod';
import { valueAt } from '../lib/value-at.ts';
import { EnvironmentSection } from './environment.ts';
import { httpUrl, labelMatch, section, text, whole } from './fields.ts';
import { type Limits, LimitsSection } from './limits.ts';
import { PriceSection } from './prices.ts';
import { describeValue, hidden, type Problems, parseInto } from './problems.ts';
import { type ReconcileConfig, ReconcileSection } from './reconcile.ts';
import type { Environ } from './settings.ts';
import { interpolate, type Tree } from './yaml-file.ts';

const channel = () => text('a channel: its id or #name (quote it, # starts a comment)');

const SlackSection = section({
  channel: channel().optional(),
  routes: z
    .array(section({ match: labelMatch(), channel: channel() }), 'a list of {match, channel}')
    .default([]),
});
export type SlackSection = z.output<typeof SlackSection>;

const ModelSection = section({
  name: text('the name of a model').optional(),
  baseUrl: httpUrl().optional(),
  maxOutputTokens: whole(1_000, 1_000_000).default(16_000),
  prices: z.record(z.string(), PriceSection, 'prices by the name of the model').default({}),
});
export type ModelSection = z.output<typeof ModelSection>;

const EnvironmentList = z.array(EnvironmentSection, 'a list of environments').default([]);
export type EnvironmentList = z.output<typeof EnvironmentList>;

const TopLevel = section({
  environments: z.unknown().optional(),
  slack: z.unknown().optional(),
  model: z.unknown().optional(),
  limits: z.unknown().optional(),
  reconcile: z.unknown().optional(),
});

export interface FileValues {
  environments: EnvironmentList;
  /** Undefined when it has a mistake: it says nothing then about what goes with it. */
  slack: SlackSection | undefined;
  model: ModelSection;
  limits: Limits;
  /** Undefined when it is left out. */
  reconcile: ReconcileConfig | undefined;
}

/**
 * What the file says, each section by itself, so that a mistake in one hides none in another. A section
 * that is left out, or has a mistake, gives its defaults. `tree` is undefined for a file that is not YAML.
 */
export function readFileValues(
  tree: Tree | undefined,
  env: Environ,
  problems: Problems,
): FileValues {
  const filled = interpolate(tree ?? {}, env, problems);
  // Shown is what was written: a reference, never the secret that it stands for.
  const got = (path: readonly PropertyKey[]) =>
    path.includes('headers') || path.includes('env') ? hidden : describeValue(valueAt(tree, path));
  const read = <S extends z.ZodType>(key: keyof FileValues, schema: S) => {
    const value = valueAt(filled, [key]) ?? undefined;
    return parseInto(problems, schema, value, key, (path) => got([key, ...path]));
  };
  parseInto(problems, TopLevel, filled, '', got);
  return {
    environments: read('environments', EnvironmentList) ?? [],
    slack: tree && read('slack', SlackSection.prefault({})),
    model: read('model', ModelSection.prefault({})) ?? ModelSection.parse({}),
    reconcile: read('reconcile', ReconcileSection.optional()),
    limits: read('limits', LimitsSection.prefault({})) ?? LimitsSection.parse({}),
  };
}
