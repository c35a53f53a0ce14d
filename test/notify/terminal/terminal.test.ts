import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { IncidentView } from '../../../src/incident/view.ts';
import { syncThread } from '../../../src/notify/sync.ts';
import { createTerminalChannel } from '../../../src/notify/terminal/index.ts';
import { renderThread } from '../../../src/notify/terminal/render.ts';
import { columns, wrap } from '../../../src/notify/terminal/wrap.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { concludedView, report, resolvedView, runningView } from '../views.ts';

const PLAIN = { colour: false, width: 80 };

describe('renderThread', () => {
  it('leads with the verdict, the cause, how sure and what to do', () => {
    const lines = renderThread(concludedView(), PLAIN).split('\n');
    expect(lines[0]).toMatch(/^┃ ● ACTION REQUIRED +▰{9}▱ 92%$/);
    expect(lines[1]).toMatch(/^┃ Release v2\.4\.1 caches/);
    const text = lines.join('\n');
    expect(text).toContain('┃ Confidence   92% (high) · 2 of 3 claims checked');
    expect(text).toContain('┃ Do first     Raise the memory limit of checkout to 512Mi (low risk)');
    expect(text).toContain('$ kubectl -n shop set resources deployment/checkout');
    expect(text).toContain('✓ The container was killed');
    expect(text).toContain('⚠ unverified: The price list grew tenfold last week.');
    expect(text).toContain('│ Last State: Terminated Reason: OOMKilled Exit Code: 137');
  });

  it('shows the replay, the state and the notices', () => {
    const text = renderThread({ ...resolvedView(), disclaimer: 'Written by hand.' }, PLAIN);
    expect(text).toContain('⚠ Written by hand.');
    expect(text).toContain('┃ Status       Resolved at 03:40 UTC');
    expect(text).toContain('● More alerts joined at 03:20 UTC');
  });

  it('is the same text with colours as without', () => {
    const coloured = renderThread(resolvedView(), { colour: true, width: 80 });
    expect(coloured).toContain('\u001b[31m');
    expect(stripVTControlCharacters(coloured)).toBe(renderThread(resolvedView(), PLAIN));
  });

  it.each([40, 80, 120])('keeps to %i columns, but for commands, which stay whole', (width) => {
    const lines = renderThread(resolvedView(), { colour: false, width }).split('\n');
    const over = lines.filter((line) => columns(line) > width);
    for (const line of over) expect(line).toContain('$ kubectl');
  });

  it('lets no text from outside move the cursor, colour, hide or reorder anything', () => {
    const hostile = fc
      .array(
        fc.oneof(
          fc.constantFrom('\u001b[2J', '\u001b]0;x\u0007', '\r', '\u202e', '\u009b1A'),
          fc.string({ unit: 'binary' }),
        ),
      )
      .map((parts) => `x${parts.join('')}`);
    fc.assert(
      fc.property(hostile, hostile, (text, command) => {
        const view = concludedView({
          disclaimer: text,
          report: report({
            impact: text,
            gaps: [text],
            nextSteps: [{ text, command, risk: 'low' }],
            claims: [{ text, citation: { evidence: 'E1', quote: text }, verified: true }],
          }),
        });
        const { incident } = view;
        const thread = renderThread({ ...view, incident: { ...incident, title: text } }, PLAIN);
        expect(thread).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});

describe('the terminal channel', () => {
  let printed: string[];
  let sync: (view: IncidentView) => Promise<unknown>;

  beforeEach(() => {
    printed = [];
    const channel = createTerminalChannel({ ...PLAIN, write: (text) => printed.push(text) });
    const ledger = memoryLedger();
    const signal = new AbortController().signal;
    sync = (view) => syncThread({ channel, ledger, view, owner: 'demo', signal });
  });

  const output = () => printed.splice(0).join('');

  it('prints progress as it comes, each line once', async () => {
    await sync(runningView({ progress: ['one'] }));
    expect(output()).toMatch(/INVESTIGATING[\s\S]*› one\n$/);
    await sync(runningView({ progress: ['one', 'two', 'three'] }));
    expect(output()).toBe('  › two\n  › three\n');
    await sync(runningView({ progress: ['one', 'two', 'three'] }));
    expect(output()).toBe('');
  });

  it('prints the card again when it is final, then evidence and details', async () => {
    await sync(runningView());
    output();
    await sync(concludedView());
    const text = output();
    expect(text).toMatch(/^\n┃ ● ACTION REQUIRED/);
    expect(text).not.toContain('›');
    expect(text.indexOf('EVIDENCE')).toBeGreaterThan(0);
    expect(text.indexOf('NEXT STEPS')).toBeGreaterThan(text.indexOf('EVIDENCE'));
  });

  it('names the thread wherever it goes on with another one than before', async () => {
    const other = runningView({ progress: ['of the other'] });
    other.incident = { ...other.incident, id: 'inc-other', title: 'Other · shop/cart' };
    const mine = runningView().incident;
    const heading = `\n── ${mine.title} · ${mine.id}\n`;
    await sync(runningView({ progress: ['one'] }));
    expect(output().startsWith(`${heading}\n┃ `)).toBe(true);
    await sync(other);
    expect(output()).toMatch(/^\n── Other · shop\/cart · inc-other\n\n┃ [\s\S]*› of the other\n$/);
    await sync(runningView({ progress: ['one', 'two', 'three'] }));
    expect(output()).toBe(`${heading}  › two\n  › three\n`);
  });

  it('opens again for another run of the same incident', async () => {
    await sync(concludedView());
    output();
    await sync(runningView({ runId: 'run-2', progress: ['one'] }));
    expect(output()).toMatch(/INVESTIGATING[\s\S]*› one\n$/);
  });

  it('starts at the top in a process that has printed nothing yet', async () => {
    const ledger = memoryLedger();
    const signal = new AbortController().signal;
    for (const view of [
      runningView({ progress: ['one'] }),
      runningView({ progress: ['one', 'two'] }),
    ]) {
      printed = [];
      const channel = createTerminalChannel({ ...PLAIN, write: (text) => printed.push(text) });
      await syncThread({ channel, ledger, view, owner: 'demo', signal });
    }
    expect(output()).toMatch(/INVESTIGATING[\s\S]*› one\n {2}› two\n$/);
  });
});

describe('wrap', () => {
  it('breaks at spaces, and a long word where the line ends', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('E3 · abcdefghijkl', 8)).toEqual(['E3 · abc', 'defghijk', 'l']);
    expect(wrap('', 8)).toEqual(['']);
  });

  it('counts what is drawn: wide characters twice, combining ones not at all', () => {
    expect(columns('漢字')).toBe(4);
    expect(columns('e\u0301')).toBe(1);
    expect(wrap('漢字漢字', 5)).toEqual(['漢字', '漢字']);
  });

  it('never exceeds the width and loses nothing but spaces', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '漢', '.') });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), (line, width) => {
        const lines = wrap(line, width);
        expect(lines.every((part) => columns(part) <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
      }),
    );
  });
});
