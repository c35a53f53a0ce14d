import { expect, it } from 'vitest';
import { isSilenced, silenceNotice } from '../../src/incident/silence.ts';
import type { Notice } from '../../src/incident/view.ts';
import { at } from './deliveries.ts';

const notice = (kind: Notice['kind'], minute: number): Notice => ({
  id: `${kind}-${minute}`,
  at: at(minute),
  kind,
  reason: 'r',
  summary: 's',
});

function silence(by: string[], minute: number, told: Notice[] = []): Notice {
  const made = silenceNotice(by, at(minute), told);
  if (made === null) throw new Error('it was told already');
  return made;
}

it('holds until a delivery is heard again, and not only something seen', () => {
  const told = [notice('join', 1), silence(['silence 1'], 2)];
  expect(isSilenced(told)).toBe(true);
  expect(isSilenced([...told, notice('recheck', 3)])).toBe(true);
  expect(isSilenced([...told, notice('re-fire', 3)])).toBe(false);
  expect(isSilenced([])).toBe(false);
});

it('is told once, and again when it is another one or comes back', () => {
  const first = silence(['silence 1'], 2);
  expect(first.summary).toBe('All that fires is suppressed in Alertmanager, by silence 1.');
  expect(silenceNotice(['silence 1'], at(3), [first])).toBeNull();
  expect(silence(['silence 2'], 3, [first]).id).not.toBe(first.id);
  expect(silence(['silence 1'], 5, [first, notice('re-fire', 4)]).id).not.toBe(first.id);
});
