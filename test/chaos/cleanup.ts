/** What has to be ended or removed, whether the night ends by itself or somebody stops it in the middle. */
export interface Cleanup {
  /** `end` may wait for what is still being opened. */
  add(end: () => Promise<unknown>): void;
  /** Does all of it once, the last that was added first, whatever fails. */
  run(): Promise<void>;
}

export function createCleanup(): Cleanup {
  const open: (() => Promise<unknown>)[] = [];
  const run = async () => {
    const failures: unknown[] = [];
    for (let end = open.pop(); end !== undefined; end = open.pop()) {
      await end().catch((failure: unknown) => failures.push(failure));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not all could be cleaned up');
  };
  return { add: (end) => void open.push(end), run };
}
