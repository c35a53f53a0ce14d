import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A program that is connected, through a proxy, to a system that repeats what it hears. */
async function connected(): Promise<{ proxy: TcpProxy; program: Socket; heard: string[] }> {
  const heard: string[] = [];
  const system = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write(chunk);
    });
  });
  system.listen(0, '127.0.0.1');
  await once(system, 'listening');
  cleanUp.push(() => system.close());
  const address = system.address();
  if (address === null || typeof address === 'string') throw new Error('the system has no port');
  const proxy = await startTcpProxy(address.port);
  cleanUp.push(() => proxy.close());
  const program = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  cleanUp.push(() => program.destroy());
  await once(program, 'connect');
  program.write('hello');
  expect(String(await once(program, 'data'))).toBe('hello');
  return { proxy, program, heard };
}

it('keeps requests back from the system until they are let through, in order', async () => {
  const { proxy, program, heard } = await connected();
  const hold = proxy.hold('requests');
  program.write('first');
  await hold.caught;
  expect(heard).toEqual(['hello']);
  hold.release();
  expect(String(await once(program, 'data'))).toBe('first');
  program.write('second');
  expect(String(await once(program, 'data'))).toBe('second');
});

it('keeps an answer back from the program after the system has acted', async () => {
  const { proxy, program, heard } = await connected();
  const hold = proxy.hold('replies');
  program.write('act');
  await hold.caught;
  expect(heard).toEqual(['hello', 'act']);
  hold.release();
  expect(String(await once(program, 'data'))).toBe('act');
});

it('loses for ever what it kept back when the connection was reset', async () => {
  const { proxy, program, heard } = await connected();
  const hold = proxy.hold('requests');
  program.write('lost');
  await hold.caught;
  const [error] = await Promise.all([once(program, 'error'), proxy.reset()]);
  hold.release();
  expect(error).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(heard).toEqual(['hello']);
});

it('refuses new connections while it is told to', async () => {
  const { proxy } = await connected();
  proxy.refuse(true);
  const refused = connect({ port: proxy.port, host: '127.0.0.1' });
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
});

it('ends a connection towards the program alone', async () => {
  const { proxy, program, heard } = await connected();
  program.resume();
  proxy.halfClose();
  await once(program, 'end');
  program.write('still there');
  await expect.poll(() => heard).toContain('still there');
});
