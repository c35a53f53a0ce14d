import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DecisionReason } from '../../src/incident/incident.ts';

it('documents every reason for a decision, and no other', () => {
  const page = readFileSync('docs/lifecycle.md', 'utf8');
  const rows = [...page.matchAll(/^\|[^|]+\|[^|]+\|[^|]+\| `([a-z-]+)` \|$/gm)];
  expect(rows.map(([, reason]) => reason).sort()).toEqual([...DecisionReason.options].sort());
});
