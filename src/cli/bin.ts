#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `probable-cause needs Node 22.18 or newer; this is Node ${process.versions.node}. In its own folder, npm ci ` +
      'brings a fitting one: npm run -s cli -- <command>, or node_modules/.bin/node dist/src/cli/bin.js <command>.',
  );
  process.exit(2);
}

// Unless told, V8 lets the heap grow up to fourfold before it looks for garbage, and on a machine with much memory most of
// a worker's is garbage. A bound would end a process that needs more; this only makes it look more often.
setFlagsFromString('--heap-growing-percent=60');

// Loaded only now: on an older Node the dependencies would fail first, and not in words.
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
