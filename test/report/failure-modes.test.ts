import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAILURE_MODES } from '../../src/report/failure-modes.ts';

describe('the failure modes', () => {
  it('are documented, every one and no other', () => {
    const page = readFileSync('docs/report.md', 'utf8');
    const list = page.slice(page.indexOf('## Failure modes'));
    const rows = [...list.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)];
    expect(rows.map(([, slug, meaning]) => [slug, meaning])).toEqual(Object.entries(FAILURE_MODES));
  });
});
