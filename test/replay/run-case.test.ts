import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelPort } from '../../src/models/model.ts';
import { createRecordedModel } from '../../src/models/recorded.ts';
import type { Case } from '../../src/replay/case.ts';
import { readCase } from '../../src/replay/case-file.ts';
import { asking, HAND_WRITTEN, tokens } from '../scenarios/conversation.ts';
import { SHIPPED_CASES } from '../scenarios/shipped.ts';
import { replay } from './replay.ts';

let recorded: Case;
beforeAll(async () => {
  recorded = await readCase(join(SHIPPED_CASES, 'oom-kill'));
});

describe('replaying a case', () => {
  it('answers a call that was never recorded with NOT_RECORDED, counts it, and goes on', async () => {
    const elsewhere = asking(
      'What runs in the namespace of the database?',
      [{ tool: 'kubectl_get_pods', args: { namespace: 'data' } }],
      tokens(4, 40, 0, 0),
    );
    // The new question is E6, so what was E6 to E10 are E7 to E11, and some citations miss.
    const model = createRecordedModel([elsewhere, ...recorded.turns], HAND_WRITTEN);
    const { view, notRecorded } = await replay(recorded, model);
    expect(notRecorded).toBe(1);
    expect(view.evidence.filter(({ isError }) => isError)).toEqual([
      expect.objectContaining({ id: 'E9', tool: 'kubectl_get_pods' }),
    ]);
    expect(view.report?.author).toBe('model');
    expect(view.report?.claims.some(({ verified }) => !verified)).toBe(true);
    expect(view.report?.rootCause?.confidence).toBe(0.6);
  });

  it('says how many turns there were when it is asked for more', async () => {
    const { view } = await replay(recorded, createRecordedModel(recorded.turns.slice(0, 2), 'm'));
    expect(view.report?.stopped).toEqual({
      limit: 'model',
      detail: 'The recording holds 2 turns; this run asked for one more.',
    });
    expect(view.report).toMatchObject({ author: 'analysers', model: 'm' });
  });

  it('refuses a case whose delivery would have opened nothing', async () => {
    const endsAt = recorded.window.to;
    const deliveries = recorded.deliveries.map((delivery) => ({
      ...delivery,
      status: 'resolved' as const,
      alerts: delivery.alerts.map((alert) => ({ ...alert, status: 'resolved' as const, endsAt })),
    }));
    await expect(replay({ ...recorded, deliveries })).rejects.toThrow(
      'case oom-kill: its deliveries open no incident (resolved-before-seen)',
    );
  });

  it('tells its progress while it runs', async () => {
    const lines: string[] = [];
    const { view } = await replay(recorded, null, { onProgress: (line) => lines.push(line) });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines).toEqual(view.progress);
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const model: ModelPort = {
      name: 'interrupted',
      async turn(_request, signalOfTurn) {
        controller.abort(new Error('the person has seen enough'));
        signalOfTurn.throwIfAborted();
        throw new Error('the signal did not reach the model');
      },
    };
    await expect(replay(recorded, model, { signal })).rejects.toThrow('the person has seen enough');
  });
});
