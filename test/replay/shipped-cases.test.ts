import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCase } from '../../src/replay/case-file.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { SHIPPED_CASES } from '../scenarios/shipped.ts';
import { replay, withoutWallTime } from './replay.ts';

const shipped = (name: string) => readCase(join(SHIPPED_CASES, name));

describe.each(scenarios.map(({ name }) => name))('replaying the shipped case %s', (name) => {
  it('gives the report that was recorded, and every call its recorded answer', async () => {
    const recorded = await shipped(name);
    const { view, notRecorded } = await replay(recorded);
    expect(withoutWallTime(view.report)).toEqual(withoutWallTime(recorded.report));
    expect(notRecorded).toBe(0);
    expect(view.evidence.map(({ id }) => id)).toEqual(recorded.calls.map(({ id }) => id));
  });

  it('shows the thread as it would have been, with the words that no model wrote it', async () => {
    const recorded = await shipped(name);
    const { view } = await replay(recorded);
    expect(view.state).toBe('concluded');
    expect(view.progress.at(0)).toMatch(/^Gathering evidence/);
    expect(view.progress.at(-1)).toBe('Writing the conclusion');
    expect(view.disclaimer).toMatch(/written by hand/);
  });

  it('without a model tells what code makes of it, and the claims hold', async () => {
    const { view } = await replay(await shipped(name), null);
    expect(view.report).toMatchObject({ author: 'analysers', model: null });
    expect(view.report?.claims.every(({ verified }) => verified)).toBe(true);
    expect(view.report?.claims.length).toBeGreaterThan(2);
  });
});
