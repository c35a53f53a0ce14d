import { describe, expect, it } from 'vitest';
import { ListenError, listen } from '../../src/web/listen.ts';

describe('listening', () => {
  it('says in words that a port is taken, and what to do', async () => {
    const first = await listen(() => {}, { host: '127.0.0.1', port: 0 });
    const port = Number(new URL(first.url).port);
    const second = listen(() => {}, { host: '127.0.0.1', port });
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toThrow(`127.0.0.1 port ${port} is in use by another program`);
    await first.close(0);
  });

  it('says in words that an address is not of this machine', async () => {
    const failed = listen(() => {}, { host: '192.0.2.1', port: 0 });
    await expect(failed).rejects.toThrow('HOST 192.0.2.1 is not an address of this machine');
  });

  it('lets a request in flight end when it closes, and cuts one that does not', async () => {
    const arrived = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const server = await listen(
      async (request, response) => {
        if (request.url === '/stuck') return;
        arrived.resolve();
        await finish.promise;
        response.end('done');
      },
      { host: '127.0.0.1', port: 0 },
    );
    const slow = fetch(`${server.url}/slow`).then((response) => response.text());
    await arrived.promise;
    const stuck = fetch(`${server.url}/stuck`).catch(() => 'cut');
    const closed = server.close(200);
    finish.resolve();
    expect(await slow).toBe('done');
    expect(await stuck).toBe('cut');
    await closed;
  });
});
