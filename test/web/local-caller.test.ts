import { expect, it } from 'vitest';
import { isLocalCaller } from '../../src/web/local-caller.ts';

const local = {
  remoteAddress: '127.0.0.1',
  host: '127.0.0.1:8080',
  origin: undefined,
  forwarded: false,
};

it.each([
  {},
  { host: 'localhost' },
  { host: 'LOCALHOST:8080' },
  { host: '[::1]:8080', remoteAddress: '::1' },
  { remoteAddress: '::ffff:127.0.0.1' },
  { remoteAddress: '127.9.9.9' },
  { origin: 'http://localhost:3000' },
])('takes %j for a caller on this machine', (change) => {
  expect(isLocalCaller({ ...local, ...change })).toBe(true);
});

it.each([
  { remoteAddress: undefined },
  { remoteAddress: '10.0.0.5' },
  { remoteAddress: '::ffff:10.0.0.5' },
  { remoteAddress: '127.0.0.1.example.org' },
  { host: undefined },
  { host: '' },
  { host: 'example.org' },
  { host: '127.0.0.1.example.org' },
  { host: 'localhost@example.org' },
  { host: 'example.org#localhost' },
  { origin: 'null' },
  { origin: 'https://example.org' },
  { origin: 'https://localhost.example.org' },
  { forwarded: true },
])('does not take %j for one', (change) => {
  expect(isLocalCaller({ ...local, ...change })).toBe(false);
});
