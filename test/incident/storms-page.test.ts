import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Gathering, gatherOf } from '../../src/incident/gather-of.ts';
import { outlineOf } from '../../src/incident/outline.ts';
import { anIncident } from '../store/samples.ts';
import { at } from './deliveries.ts';

const page = readFileSync('docs/lifecycle.md', 'utf8');
const storms = page.slice(page.indexOf('## Storms'));
const rows = [...storms.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
  .slice(1)
  .map(([, both = '', from = '', reason = '']) => ({
    both,
    labels: [...from.matchAll(/`([^`]+)`/g)].map(([, label = '']) => label),
    reason,
  }));

/** Of two incidents that have this label in common and nothing else, opened 10 s apart. */
function gathered(label: string, openedInMinute = 2): Gathering {
  const outline = outlineOf(
    anIncident({ severity: 'warning', labels: label === '' ? {} : { [label]: 'same' } }),
  );
  const newcomer = { incidentId: 'new', openedAt: at(1), outline, escalates: false };
  const old = { runId: 'r', incidentId: 'old', openedAt: at(0, 50), waits: true, outline };
  const around = { candidates: [old], openedInMinute };
  return gatherOf(newcomer, around, { windowMs: 20_000, crowd: 10 });
}

describe('the table of storms in docs/lifecycle.md', () => {
  it('has a row for each of the five reasons', () => {
    expect(rows).toHaveLength(5);
  });

  const examples = rows.flatMap(({ both, labels, reason }) =>
    (labels.length === 0 ? [''] : labels).map((label) => ({ both, label, reason })),
  );
  it.each(examples)('gathers two that $both, by the label "$label"', ({ label, reason }) => {
    const words = reason.split('…').map((part) => part.trim());
    const { leader } = gathered(label, label === '' ? 11 : 2);
    for (const part of words) expect(leader?.reason).toContain(part);
    expect(leader?.reason.startsWith(words[0] ?? '')).toBe(true);
  });
});
