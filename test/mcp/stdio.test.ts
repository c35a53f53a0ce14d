import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { serveStdio } from '../../src/mcp/stdio.ts';
import { echo, serverOf } from './tool-server.ts';

const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 't', version: '1' },
  },
};
const CALL = {
  jsonrpc: '2.0',
  id: 2,
  method: 'tools/call',
  params: { name: 'search_logs', arguments: { word: 'hello' } },
};

function start(behaviour?: Parameters<typeof echo>[1]) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const served = serveStdio(serverOf([echo('search_logs', behaviour)]), { stdin, stdout });
  const output = text(stdout);
  const send = (...messages: object[]) => {
    for (const message of messages) stdin.write(`${JSON.stringify(message)}\n`);
  };
  return { stdin, stdout, served, output, send };
}

describe('serveStdio', () => {
  it('answers what was asked before the input closed, writes nothing else, and ends', async () => {
    const gate = Promise.withResolvers<void>();
    const { stdin, stdout, served, output, send } = start(async (word) => {
      await gate.promise;
      return word;
    });
    send(HELLO, CALL);
    stdin.end();
    stdin.once('end', () => gate.resolve());
    await served;
    stdout.end();
    const lines = (await output).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 2]);
    expect(lines[1]).toContain('hello');
  });

  it('does not wait for a request that was cancelled', async () => {
    const called = Promise.withResolvers<void>();
    const { stdin, served, send } = start(() => {
      called.resolve();
      return new Promise(() => {});
    });
    send(HELLO, CALL);
    await called.promise;
    send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    stdin.end();
    await served;
  });
});
