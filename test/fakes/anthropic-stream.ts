import type { ServerResponse } from 'node:http';
import { signatureOf } from './anthropic-rules.ts';

export type ScriptedBlock =
  | { type: 'text'; text: string }
  /** Signed by the fake, which later refuses the block unless it comes back untouched. */
  | { type: 'thinking'; thinking: string }
  | { type: 'redacted_thinking'; data: string }
  /** `json` is streamed in the place of `input`, to the letter. */
  | { type: 'tool_use'; name: string; input: object; id?: string; json?: string };

export interface ScriptedAnswer {
  content: ScriptedBlock[];
  /** Left out: `tool_use` when the content holds a call, else `end_turn`. */
  stopReason?: string;
  usage?: { input?: number; output?: number; cacheRead?: number; cacheWrite?: number };
}

/** `body` takes the place of the API's own JSON, as a gateway's page does. */
export interface ScriptedError {
  status: number;
  type?: string;
  message?: string;
  retryAfter?: string;
  body?: string;
}

/**
 * What goes wrong after the request was taken:
 * `html`, `json` - a page, or a message that is not streamed; `half-json` - an event that is cut off;
 * `truncated` - the stream ends after some text; `reset` - the connection does; `hang` - the stream stalls after
 * its first event; `silent` - not even the headers come.
 */
export type Breakage = 'html' | 'json' | 'half-json' | 'truncated' | 'reset' | 'hang' | 'silent';

export type ScriptedTurn =
  | ScriptedAnswer
  | ScriptedError
  | { broken: Breakage }
  /** An `error` event of this type, after some text. */
  | { errorEvent: string };

const CUT_TEXT: ScriptedBlock = { type: 'text', text: 'The pod was' };

/** One answer as server-sent events, in the order in which the API sends them. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #model: string;
  readonly #id: string;

  /** `count` tells this answer from the others: ids are made of it. */
  constructor(response: ServerResponse, model: string, count: number) {
    this.#response = response;
    this.#model = model;
    this.#id = `${count}`;
  }

  answer({ content, stopReason, usage = {} }: ScriptedAnswer): void {
    this.#start(usage);
    for (const [index, block] of content.entries()) this.#block(index, block);
    const called = content.some((block) => block.type === 'tool_use');
    this.#send('message_delta', {
      delta: { stop_reason: stopReason ?? (called ? 'tool_use' : 'end_turn'), stop_sequence: null },
      usage: { output_tokens: usage.output ?? 50 },
    });
    this.#send('message_stop', {});
    this.#response.end();
  }

  /** An `error` event of this type in the middle of an answer. */
  failWith(type: string): void {
    this.#start({});
    this.#block(0, CUT_TEXT);
    this.#send('error', { error: { type, message: 'it happened while streaming' } });
    this.#response.end();
  }

  breakWith(breakage: Breakage): void {
    switch (breakage) {
      case 'silent':
        return;
      case 'html':
        this.#response.writeHead(200, { 'content-type': 'text/html' });
        this.#response.end('<html><body>Please sign in</body></html>');
        return;
      case 'json':
        this.#response.writeHead(200, { 'content-type': 'application/json' });
        this.#response.end(JSON.stringify({ type: 'message', content: [CUT_TEXT] }));
        return;
      case 'hang':
        this.#start({});
        return;
      case 'half-json':
        this.#start({});
        this.#response.end('event: content_block_start\ndata: {"type":"content_bl\n\n');
        return;
      case 'truncated':
        this.#start({});
        this.#block(0, CUT_TEXT);
        this.#response.end();
        return;
      case 'reset':
        this.#start({});
        this.#block(0, CUT_TEXT);
        // Only once the client has seen some of it is this a connection that breaks in the middle.
        this.#response.write(': \n\n', () => this.#response.socket?.resetAndDestroy());
    }
  }

  #start(usage: NonNullable<ScriptedAnswer['usage']>): void {
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    this.#send('message_start', {
      message: {
        id: `msg_${this.#id}`,
        type: 'message',
        role: 'assistant',
        model: this.#model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: usage.input ?? 100,
          output_tokens: 1,
          cache_read_input_tokens: usage.cacheRead ?? 0,
          cache_creation_input_tokens: usage.cacheWrite ?? 0,
        },
      },
    });
    this.#send('ping', {});
  }

  #block(index: number, block: ScriptedBlock): void {
    const { start, deltas } = this.#wire(index, block);
    this.#send('content_block_start', { index, content_block: start });
    for (const delta of deltas) this.#send('content_block_delta', { index, delta });
    this.#send('content_block_stop', { index });
  }

  #wire(index: number, block: ScriptedBlock): { start: object; deltas: object[] } {
    switch (block.type) {
      case 'text':
        return {
          start: { type: 'text', text: '' },
          deltas: halves(block.text).map((text) => ({ type: 'text_delta', text })),
        };
      case 'thinking':
        return {
          start: { type: 'thinking', thinking: '', signature: '' },
          deltas: [
            ...halves(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
            { type: 'signature_delta', signature: signatureOf(block.thinking) },
          ],
        };
      case 'tool_use': {
        const id = block.id ?? `toolu_${this.#id}_${index}`;
        const json = block.json ?? JSON.stringify(block.input);
        return {
          start: { type: 'tool_use', id, name: block.name, input: {} },
          deltas: ['', ...halves(json === '{}' ? '' : json)].map((partial_json) => ({
            type: 'input_json_delta',
            partial_json,
          })),
        };
      }
      default:
        return { start: block, deltas: [] };
    }
  }

  #send(type: string, fields: object): void {
    this.#response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  }
}

/** In two pieces, so that whoever reads it must join them. */
function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
