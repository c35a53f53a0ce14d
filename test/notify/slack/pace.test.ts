import { beforeEach, describe, expect, it } from 'vitest';
import { ChannelPace, type Turn } from '../../../src/notify/slack/pace.ts';

const card = (marker: string): Turn => ({ marker, opens: true });
const reply = (marker: string): Turn => ({ marker, opens: false });

let now: number;
let pace: ChannelPace;

beforeEach(() => {
  now = 0;
  pace = new ChannelPace(1_000);
});

/** Asks for a turn, and takes no time for it. */
function post(turn: Turn): number {
  const waitMs = pace.ask(turn, now);
  if (waitMs === 0) pace.ended(turn, null, now);
  return waitMs;
}

/** Makes the channel one that Slack takes nothing into for a second. */
function beBusy(): void {
  pace.ask(reply('refused'), now);
  pace.ended(reply('refused'), 1_000, now);
  now += 1_000;
  post(reply('refused'));
}

describe('a channel', () => {
  it('that was quiet takes four messages at once, and then one a second', () => {
    const waits = ['a', 'b', 'c', 'd', 'e'].map((marker) => post(reply(marker)));
    expect(waits).toEqual([0, 0, 0, 0, 1_000]);
    now = 1_000;
    expect([post(reply('e')), post(reply('f'))]).toEqual([0, 1_000]);
  });

  it('must be quiet for a while before it takes several at once again', () => {
    for (const marker of ['a', 'b', 'c', 'd']) post(reply(marker));
    now = 2_999;
    expect([post(reply('e')), post(reply('f'))]).toEqual([0, 1_000]);
    now = 6_000;
    expect([post(reply('f')), post(reply('g'))]).toEqual([0, 0]);
  });

  it('is free a second after the answer, for nobody knows when Slack took the message', () => {
    beBusy();
    now += 1_000;
    expect(pace.ask(card('slow'), now)).toBe(0);
    now += 400;
    pace.ended(card('slow'), null, now);
    expect(post(card('next'))).toBe(1_000);
  });

  it('is not held up by an answer that does not come', () => {
    beBusy();
    now += 1_000;
    expect(pace.ask(card('hangs'), now)).toBe(0);
    now += 1_000;
    expect(post(reply('next'))).toBe(0);
  });

  it('is left alone for as long as Slack says, and takes one message then', () => {
    pace.ask(card('a'), now);
    pace.ended(card('a'), 30_000, now);
    now = 1;
    expect(post(card('b'))).toBe(30_999);
    now = 30_000;
    expect([post(card('a')), post(card('b'))]).toEqual([0, 1_000]);
  });
});

describe('what opens a thread', () => {
  beforeEach(beBusy);

  it('goes before a reply that asked earlier', () => {
    post(reply('reply'));
    expect(post(card('card'))).toBe(1_000);
    now += 1_000;
    expect(post(reply('reply'))).toBe(1_000);
    expect(post(card('card'))).toBe(0);
    now += 1_000;
    expect(post(reply('reply'))).toBe(0);
  });

  it('is told to come one after the other', () => {
    expect(['a', 'b', 'c'].map((marker) => post(card(marker)))).toEqual([1_000, 1_000, 1_000]);
    now += 1;
    expect(post(card('d'))).toBe(3_999);
    expect(post(reply('reply'))).toBe(4_999);
  });

  it('keeps its place among its like while it is at most two seconds late', () => {
    post(card('late'));
    now += 1;
    expect(post(card('next'))).toBe(1_999);
    now += 2_000;
    expect(post(card('next'))).toBe(1_000);
    now += 1_000;
    expect(post(card('next'))).toBe(0);
  });

  it('holds replies back no longer than two seconds after its time: another process may have it', () => {
    post(card('gone'));
    now += 3_000;
    expect(post(reply('reply'))).toBe(1_000);
    now += 1;
    expect(post(reply('reply'))).toBe(0);
  });
});

describe('a reply', () => {
  beforeEach(beBusy);

  it('goes before what opens a thread half a minute after it asked', () => {
    let opened = 0;
    let waitMs = post(reply('reply'));
    // Every second a thread opens, and another one is behind it.
    for (let second = 0; waitMs > 0; second += 1) {
      now += 1_000;
      const cards = [card(`card-${second - 1}`), card(`card-${second}`)];
      opened += cards.filter((each) => post(each) === 0).length;
      waitMs = post(reply('reply'));
    }
    expect(opened).toBeGreaterThan(28);
    expect(opened).toBeLessThan(36);
  });

  it('goes before one that asked later', () => {
    post(reply('first'));
    now += 1;
    post(reply('second'));
    now += 999;
    expect([post(reply('second')), post(reply('first'))]).toEqual([1_000, 0]);
  });

  it('is put off for at most five seconds more than Slack wants, to show what is new meanwhile', () => {
    for (let index = 0; index < 100; index += 1) post(card(`card-${index}`));
    expect(post(reply('reply'))).toBe(6_000);
  });
});
