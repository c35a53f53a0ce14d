/** Room for so many pieces of work at a time, for callers who may not crowd each other out. */
export interface Places {
  /** What `work` gives, which begins when the caller may have a place: at once when there is one. */
  take<T>(caller: string, work: () => Promise<T>): Promise<T>;
}

interface Waiter {
  caller: string;
  begin: () => void;
}

/**
 * A caller gets a place while it has fewer than are free. So one alone gets half of all, the next one half of
 * what is left, and the last places go to those who have none: whoever takes all it can get, another one
 * finds room. Of those who may have a place, the one who came first gets it.
 */
export function createPlaces(count: number): Places {
  let free = count;
  const held = new Map<string, number>();
  const waiting: Waiter[] = [];
  const heldBy = (caller: string) => held.get(caller) ?? 0;
  const hold = (caller: string, change: 1 | -1) => {
    free -= change;
    const left = heldBy(caller) + change;
    if (left === 0) held.delete(caller);
    else held.set(caller, left);
  };
  const admit = () => {
    const next = waiting.findIndex(({ caller }) => heldBy(caller) < free);
    const [waiter] = next === -1 ? [] : waiting.splice(next, 1);
    if (waiter === undefined) return;
    hold(waiter.caller, 1);
    waiter.begin();
    // A place that is given back may make room for two: for who has it now, and for who had it.
    admit();
  };
  const inPlace = async <T>(caller: string, work: () => Promise<T>) => {
    try {
      return await work();
    } finally {
      hold(caller, -1);
      admit();
    }
  };
  return {
    take: (caller, work) =>
      new Promise((resolve) => {
        waiting.push({ caller, begin: () => resolve(inPlace(caller, work)) });
        admit();
      }),
  };
}
