import { openAlertmanager } from './alertmanager.ts';
import type { Generator, OpenGenerator, Outside } from './generator.ts';
import { openPagerDuty } from './pagerduty.ts';
import { openPair } from './pair.ts';

/** A source that is added to the product is added here. They take turns by group. */
const openers: readonly OpenGenerator[] = [openAlertmanager, openPair, openPagerDuty, openPair];

export async function openGenerators(outside: Outside): Promise<Generator[]> {
  const opened = await Promise.all(openers.map((open) => open(outside)));
  return opened.filter((generator) => generator !== null);
}
