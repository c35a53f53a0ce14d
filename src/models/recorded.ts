import { ModelError, type ModelPort, type ModelTurn } from './model.ts';

/**
 * A model that plays recorded turns in order, whatever it is asked: a replay without a network.
 * @throws ModelError `unreadable` from `turn` when the run asks for more turns than were recorded.
 */
export function createRecordedModel(turns: ModelTurn[], name: string): ModelPort {
  const remaining = [...turns];
  return {
    name,
    async turn(_request, signal) {
      signal.throwIfAborted();
      const next = remaining.shift();
      if (next === undefined) {
        const held = turns.length === 1 ? '1 turn' : `${turns.length} turns`;
        throw new ModelError(
          'unreadable',
          `The recording holds ${held}; this run asked for one more.`,
        );
      }
      return next;
    },
  };
}
