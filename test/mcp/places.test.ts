import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPlaces } from '../../src/mcp/places.ts';

/** Work of some callers that ends when told to. */
function crowd(count: number) {
  const places = createPlaces(count);
  const going: { caller: string; end: () => Promise<void> }[] = [];
  return {
    going,
    callers: () => going.map(({ caller }) => caller).join(''),
    /** Resolves when all that may begin has begun. */
    async ask(...callers: string[]) {
      for (const caller of callers) void takePlace(caller);
      await settled();
    },
    async end(caller: string) {
      await going.find((work) => work.caller === caller)?.end();
    },
  };

  async function takePlace(caller: string): Promise<void> {
    const ended = Promise.withResolvers<void>();
    await places.take(caller, async () => {
      const work = {
        caller,
        async end() {
          going.splice(going.indexOf(work), 1);
          ended.resolve();
          await settled();
        },
      };
      going.push(work);
      await ended.promise;
    });
  }
}

/** A turn of the event loop: everything that waits for nothing but promises has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

it('gives one caller half of the places, and another one always finds room', async () => {
  const { ask, callers } = crowd(16);
  await ask(...'a'.repeat(100));
  expect(callers()).toBe('aaaaaaaa');
  await ask(...'b'.repeat(100));
  expect(callers()).toBe('aaaaaaaabbbb');
  await ask('c');
  expect(callers()).toBe('aaaaaaaabbbbc');
});

it('gives the next place to who has none, and else to who came first', async () => {
  const { ask, callers, end } = crowd(4);
  await ask('a', 'a', 'b', 'c', 'a', 'd', 'd');
  expect(callers()).toBe('aabc');
  await end('a');
  expect(callers()).toBe('abcd');
  await end('b');
  await end('c');
  expect(callers()).toBe('ada');
});

it('has room for one call at least', async () => {
  const { ask, callers, end } = crowd(1);
  await ask('a', 'a', 'b');
  expect(callers()).toBe('a');
  await end('a');
  expect(callers()).toBe('a');
  await end('a');
  expect(callers()).toBe('b');
});

it('gives a place back when the work fails', async () => {
  const places = createPlaces(1);
  const failed = places.take('a', async () => {
    throw new Error('down');
  });
  await expect(failed).rejects.toThrow('down');
  expect(await places.take('b', async () => 'up')).toBe('up');
});

it('never gives more places than there are, nor leaves one empty that somebody may have', async () => {
  const step = fc.record({ caller: fc.constantFrom('a', 'b', 'c', 'd'), ends: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(step), async (count, steps) => {
      const { ask, callers, end, going } = crowd(count);
      let open = '';
      for (const { caller, ends } of steps) {
        if (ends && callers().includes(caller)) {
          await end(caller);
          open = open.replace(caller, '');
        } else {
          await ask(caller);
          open += caller;
        }
        expect(going.length).toBeLessThanOrEqual(count);
        const without = [...new Set(open)].filter((asks) => !callers().includes(asks));
        if (without.length > 0) expect(going.length).toBe(count);
      }
    }),
    { numRuns: 100 },
  );
});
