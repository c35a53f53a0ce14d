#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `probable-cause needs Node 22.18 or newer; this is Node ${process.versions.node}. In its own folder, npm ci ` +
      'brings a fitting one: npm run -s cli -- <command>, or node_modules/.bin/node dist/src/cli/bin.js <command>.',
  );
  process.exit(2);
}

// Loaded only now: on an older Node the dependencies would fail first, and not in words.
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
