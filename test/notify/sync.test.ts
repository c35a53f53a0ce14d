import { beforeEach, describe, expect, it } from 'vitest';
import type { IncidentView } from '../../src/incident/view.ts';
import { type Channel, ChannelError, type MessageRef } from '../../src/notify/channel.ts';
import { type EffectLedger, syncThread } from '../../src/notify/sync.ts';
import { RetryLater } from '../../src/queue/queue.ts';
import { type MemoryLedger, memoryLedger } from './memory-ledger.ts';
import { concludedView, resolvedView, runningView } from './views.ts';

interface Shown {
  key: string;
  body: string;
  thread: string | null;
  marker: string;
}

/** A channel of which the messages are words about the view, so that a test sees what is shown. */
function memoryChannel() {
  const shown: Shown[] = [];
  const calls: string[] = [];
  const failures = new Map<string, { error: Error; accepted: boolean }>();

  function attempt(call: string, act: () => void): void {
    calls.push(call);
    const failure = failures.get(call);
    failures.delete(call);
    if (failure === undefined || failure.accepted) act();
    if (failure !== undefined) throw failure.error;
  }

  const channel: Channel<string> = {
    name: 'memory',
    render: (view) => [
      { key: 'card', body: `${view.state} ${view.progress.length}` },
      ...(view.report === null ? [] : [{ key: 'evidence-1', body: view.report.runId }]),
      ...view.notices.map((notice) => ({ key: `notice-${notice.id}`, body: notice.kind })),
    ],
    post: async ({ key, body }, { thread, marker }) => {
      attempt(`post ${key}`, () => {
        shown.push({ key, body, thread: thread?.id ?? null, marker });
      });
      return { id: marker };
    },
    edit: async (ref, { key, body }) => {
      attempt(`edit ${key}`, () => {
        const message = shown.find(({ marker }) => marker === ref.id);
        if (message === undefined) throw new Error(`nothing to edit at ${ref.id}`);
        message.body = body;
      });
    },
    find: async (marker) => {
      calls.push('find');
      return shown.some((message) => message.marker === marker) ? { id: marker } : null;
    },
  };
  const fail = (call: string, error: Error, accepted = false) =>
    failures.set(call, { error, accepted });
  const bodies = () => Object.fromEntries(shown.map(({ key, body }) => [key, body]));
  return { channel, shown, calls, fail, bodies };
}

const SCOPE = 'inc-1/memory';
let ledger: MemoryLedger;
let memory: ReturnType<typeof memoryChannel>;

beforeEach(() => {
  ledger = memoryLedger();
  memory = memoryChannel();
});

function sync(view: IncidentView, owner = 'worker-1') {
  const { channel } = memory;
  return syncThread({ channel, ledger, view, owner, signal: new AbortController().signal });
}

describe('syncThread', () => {
  it('posts the card, and everything else as a reply to it', async () => {
    const result = await sync(resolvedView());
    expect(result.posted).toEqual(['card', 'evidence-1', 'notice-delivery-2', 'notice-delivery-3']);
    const [card, ...replies] = memory.shown;
    expect(card?.thread).toBeNull();
    expect(replies.map(({ thread }) => thread)).toEqual(replies.map(() => card?.marker));
  });

  it('asks the channel for nothing when nothing changed', async () => {
    await sync(resolvedView());
    const before = memory.calls.length;
    const again = await sync(resolvedView(), 'worker-2');
    expect(again).toMatchObject({ posted: [], edited: [] });
    expect(again.unchanged).toHaveLength(4);
    expect(memory.calls).toHaveLength(before);
  });

  it('edits only what changed, and posts only what is new', async () => {
    await sync(runningView());
    expect(await sync(concludedView())).toMatchObject({ edited: ['card'], posted: ['evidence-1'] });
    expect(memory.bodies()).toEqual({ card: 'concluded 2', 'evidence-1': 'run-1' });
  });

  it('lets a message stay that is no longer rendered', async () => {
    await sync(concludedView());
    await sync({ ...runningView(), runId: 'run-2', progress: [] });
    expect(memory.bodies()).toEqual({ card: 'running 0', 'evidence-1': 'run-1' });
  });

  it.each([
    ['an earlier state', runningView()],
    ['less progress', concludedView({ progress: [] })],
    ['fewer notices, even of another run', concludedView({ runId: 'run-0', report: null })],
  ])('does not take a thread back to a view with %s', async (_what, older) => {
    await sync(resolvedView());
    const result = await sync(older);
    expect(result.edited).toEqual([]);
    expect(memory.bodies().card).toBe('concluded 2');
  });

  it('goes back to running for a new run of the same incident', async () => {
    await sync(concludedView());
    expect(await sync(runningView({ runId: 'run-2' }))).toMatchObject({ edited: ['card'] });
  });

  it('marks the same message of an incident always the same, and no two alike', async () => {
    await sync(resolvedView());
    const markers = memory.shown.map(({ marker }) => marker);
    expect(new Set(markers).size).toBe(markers.length);
    memory = memoryChannel();
    ledger = memoryLedger();
    await sync(resolvedView());
    expect(memory.shown.map(({ marker }) => marker)).toEqual(markers);
  });

  it('stops between two messages when it is aborted', async () => {
    const controller = new AbortController();
    const { channel } = memory;
    const post: typeof channel.post = async (message, at) => {
      controller.abort(new Error('the lock is lost'));
      return channel.post(message, at);
    };
    const view = resolvedView();
    const request = { ledger, view, owner: 'worker-1', signal: controller.signal };
    await expect(syncThread({ ...request, channel: { ...channel, post } })).rejects.toThrow(
      'the lock is lost',
    );
    expect(memory.shown).toHaveLength(1);
  });
});

describe('two workers at once', () => {
  it('post one message, and the one that lost is told to come back', async () => {
    const view = runningView();
    const outcomes = await Promise.allSettled([sync(view, 'worker-1'), sync(view, 'worker-2')]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const lost = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(lost?.reason).toBeInstanceOf(RetryLater);
    expect(memory.shown).toHaveLength(1);
  });

  it('do not repeat what the other finished between reading the ledger and claiming', async () => {
    const view = runningView();
    const late: EffectLedger = {
      ...ledger,
      effects: async (scope) => {
        const seen = await ledger.effects(scope);
        await sync(view, 'worker-2');
        return seen;
      },
    };
    const { channel } = memory;
    const signal = new AbortController().signal;
    const result = await syncThread({ channel, ledger: late, view, owner: 'worker-1', signal });
    expect(result.unchanged).toEqual(['card']);
    expect(memory.calls).toEqual(['post card']);
    expect(ledger.row(SCOPE, 'card')?.state).toBe('done');
  });
});

describe('a failing channel', () => {
  const lostAnswer = new ChannelError('HTTP 500', true);

  it('is looked at before a post is repeated whose answer got lost', async () => {
    memory.fail('post card', lostAnswer, true);
    await expect(sync(runningView())).rejects.toBe(lostAnswer);
    ledger.expireLeases();
    expect(await sync(runningView(), 'worker-2')).toMatchObject({ edited: ['card'] });
    expect(memory.calls).toEqual(['post card', 'find', 'edit card']);
    expect(memory.shown).toHaveLength(1);
  });

  it('gets the post again when looking finds nothing', async () => {
    memory.fail('post card', lostAnswer, false);
    await expect(sync(runningView())).rejects.toBe(lostAnswer);
    expect(await sync(runningView())).toMatchObject({ posted: ['card'] });
    expect(memory.calls).toEqual(['post card', 'find', 'post card']);
  });

  it('gets an adopted message brought up to date, since nobody knows what it says', async () => {
    memory.fail('post card', lostAnswer, true);
    await expect(sync(runningView())).rejects.toBe(lostAnswer);
    await sync(concludedView());
    expect(memory.bodies().card).toBe('concluded 2');
  });

  it('that limits the rate is tried again when it says, without looking for a message first', async () => {
    memory.fail('post card', new ChannelError('slow down', true, 3_000));
    await expect(sync(runningView())).rejects.toMatchObject({ name: 'RetryLater', afterMs: 3_000 });
    await sync(runningView(), 'worker-2');
    expect(memory.calls).toEqual(['post card', 'post card']);
  });

  it('that refuses one message for good still gets the others', async () => {
    memory.fail('post evidence-1', new ChannelError('too long', false));
    const result = await sync(resolvedView());
    expect(result.refused).toEqual([{ key: 'evidence-1', reason: 'too long' }]);
    expect(result.posted).toEqual(['card', 'notice-delivery-2', 'notice-delivery-3']);
    expect((await sync(resolvedView())).posted).toEqual(['evidence-1']);
  });

  it('that refuses the card gets no replies, which would have no thread', async () => {
    memory.fail('post card', new ChannelError('not in the channel', false));
    const result = await sync(resolvedView());
    expect(result.refused).toEqual([{ key: 'card', reason: 'not in the channel' }]);
    expect(memory.shown).toEqual([]);
  });

  it('that refuses an edit of the card still gets the replies', async () => {
    await sync(runningView());
    memory.fail('edit card', new ChannelError('was deleted', false));
    expect(await sync(concludedView())).toMatchObject({ posted: ['evidence-1'] });
  });

  it('loses no place when an edit fails, and edits again', async () => {
    await sync(runningView());
    memory.fail('edit card', lostAnswer, true);
    await expect(sync(concludedView())).rejects.toBe(lostAnswer);
    expect(await sync(concludedView(), 'worker-2')).toMatchObject({ edited: ['card'] });
    expect(memory.shown.filter(({ key }) => key === 'card')).toHaveLength(1);
  });
});

describe('a worker that dies', () => {
  /** Lets the n-th step of ledger or channel be the last: it happens or it does not, then all is dead. */
  function dying(step: number, happens: boolean) {
    let left = step;
    const mortal =
      <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        left -= 1;
        if (left >= 0) return act(...args);
        if (left === -1 && happens) await act(...args);
        throw new Error('killed');
      };
    const { channel } = memory;
    return {
      channel: {
        ...channel,
        post: mortal(channel.post),
        edit: mortal(channel.edit),
        find: mortal(channel.find),
      },
      ledger: {
        effects: mortal(ledger.effects),
        claimEffect: mortal(ledger.claimEffect),
        completeEffect: mortal(ledger.completeEffect),
        releaseEffect: mortal(ledger.releaseEffect),
      },
    };
  }

  /** Reading the ledger, then claim, post or edit, and complete for each of four messages. */
  const STEPS = 13;
  const deaths = Array.from({ length: STEPS }, (_, step) => step).flatMap((step) => [
    { step, happens: true },
    { step, happens: false },
  ]);

  it.each(deaths)(
    'at step $step (it happens: $happens) leaves a thread that the next one completes',
    async ({ step, happens }) => {
      await sync(runningView());
      const view = resolvedView();
      const signal = new AbortController().signal;
      const death = syncThread({ ...dying(step, happens), view, owner: 'dead', signal });
      await expect(death).rejects.toThrow('killed');
      ledger.expireLeases();
      await sync(view, 'worker-2');
      expect(memory.shown.map(({ key, body }) => `${key}: ${body}`).toSorted()).toEqual([
        'card: concluded 2',
        'evidence-1: run-1',
        'notice-delivery-2: join',
        'notice-delivery-3: resolve',
      ]);
      const again = await sync(view, 'worker-3');
      expect(again.unchanged).toHaveLength(4);
    },
  );

  it.each(deaths)(
    'while opening the thread, at step $step (it happens: $happens), opens one thread',
    async ({ step, happens }) => {
      const signal = new AbortController().signal;
      const view = resolvedView();
      const death = syncThread({ ...dying(step, happens), view, owner: 'dead', signal });
      await expect(death).rejects.toThrow('killed');
      ledger.expireLeases();
      await sync(view, 'worker-2');
      expect(memory.shown.map(({ key }) => key).toSorted()).toEqual([
        'card',
        'evidence-1',
        'notice-delivery-2',
        'notice-delivery-3',
      ]);
    },
  );

  it('twice in the same place is no different', async () => {
    const signal = new AbortController().signal;
    const view = runningView();
    for (const owner of ['dead-1', 'dead-2']) {
      await syncThread({ ...dying(2, true), view, owner, signal }).catch(() => null);
      ledger.expireLeases();
    }
    await sync(view);
    expect(memory.shown).toHaveLength(1);
  });
});

describe('a ledger that fails', () => {
  it('after a post makes the next try find the message instead of posting it again', async () => {
    ledger.failNext('completeEffect');
    await expect(sync(runningView())).rejects.toThrow('the database is gone');
    ledger.expireLeases();
    await sync(runningView(), 'worker-2');
    expect(memory.shown).toHaveLength(1);
    expect(refOf('card')).toEqual({ id: memory.shown[0]?.marker });
  });
});

function refOf(key: string): MessageRef | null {
  return ledger.row(SCOPE, key)?.ref ?? null;
}
