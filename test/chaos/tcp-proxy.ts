import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What a program says to a system, and what that says back. */
export type Direction = 'requests' | 'replies';

/** Bytes of one direction that are kept back. */
interface Hold {
  /** Resolves when the first of them is kept back. */
  caught: Promise<void>;
  /** Lets them and all later ones through. */
  release(): void;
}

/** A network between a program and one system, to be broken in the ways in which networks break. */
export interface TcpProxy {
  port: number;
  /** Keeps back one direction without a word, as a network does that loses packets. */
  hold(direction: Direction): Hold;
  /** Milliseconds that each piece takes on its way; 0 for none. */
  delay(ms: number): void;
  /** Ends all connections with a reset. */
  reset(): void;
  /** Refuses new connections, or takes them again. */
  refuse(refused: boolean): void;
  /** The program sees the other side end; the other side sees nothing of it. */
  halfClose(): void;
  close(): Promise<void>;
}

/** @param target The port on the loopback interface that it stands in front of. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const weather = new Weather();
  const pairs = new Set<{ program: Socket; system: Socket }>();
  let refused = false;

  const server = createServer({ allowHalfOpen: true }, (program) => {
    if (refused) {
      program.resetAndDestroy();
      return;
    }
    const system = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = { program, system };
    pairs.add(pair);
    program.once('close', () => pairs.delete(pair));
    forward(program, system, () => weather.pass('requests'));
    forward(system, program, () => weather.pass('replies'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  const reset = () => {
    for (const { program, system } of pairs) {
      program.resetAndDestroy();
      system.destroy();
    }
  };
  return {
    port: address.port,
    hold: (direction) => weather.hold(direction),
    delay: (ms) => weather.delay(ms),
    reset,
    refuse: (now) => {
      refused = now;
    },
    halfClose: () => {
      for (const { program } of pairs) program.end();
    },
    async close() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Piece by piece and in order, each when it may pass. */
function forward(from: Socket, to: Socket, pass: () => Promise<void>): void {
  let before = Promise.resolve();
  const next = (step: () => void) => {
    before = before.then(pass).then(() => {
      if (to.writable) step();
    });
  };
  from.on('data', (chunk) => next(() => to.write(chunk)));
  from.on('end', () => next(() => to.end()));
  from.on('error', () => to.resetAndDestroy());
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}

class Weather {
  readonly #held = new Map<Direction, { caught: () => void; released: Promise<void> }>();
  #delayMs = 0;

  hold(direction: Direction): Hold {
    const caught = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const held = { caught: caught.resolve, released: released.promise };
    this.#held.set(direction, held);
    return {
      caught: caught.promise,
      release: () => {
        if (this.#held.get(direction) === held) this.#held.delete(direction);
        released.resolve();
      },
    };
  }

  delay(ms: number): void {
    this.#delayMs = ms;
  }

  async pass(direction: Direction): Promise<void> {
    const held = this.#held.get(direction);
    if (held !== undefined) {
      held.caught();
      await held.released;
    }
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
  }
}
