import { type Asked, alertNameOf, investigates } from '../e2e/engineer.ts';
import type { FakeAnthropicOptions, ScriptedTurn } from '../fakes/anthropic.ts';

/** A model that investigates, but for the turns that it is told to spoil. */
export interface Moods {
  script: Extract<FakeAnthropicOptions['script'], (...args: never) => unknown>;
  /** The next request gets this. Resolves with the alert's name when it came. */
  next(turn: ScriptedTurn): Promise<string>;
  /** Resolves when the model is asked about this alert from now on. */
  asked(alertName: string): Promise<void>;
}

export function createMoods(): Moods {
  const spoilt: { turn: ScriptedTurn; taken: (alertName: string) => void }[] = [];
  const waiting = new Set<(alertName: string) => void>();
  return {
    script: (request: Asked) => {
      const name = alertNameOf(request);
      for (const look of [...waiting]) look(name);
      const mood = spoilt.shift();
      if (mood === undefined) return investigates(request);
      mood.taken(name);
      return mood.turn;
    },
    next: (turn) => new Promise((taken) => spoilt.push({ turn, taken })),
    asked: (alertName) =>
      new Promise((resolve) => {
        const look = (name: string) => {
          if (name !== alertName) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      }),
  };
}
