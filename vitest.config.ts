import { defineConfig } from 'vitest/config';

/** What whole programs do, as processes of their own, and the slowest back end of the queue: slower than all the rest together. */
const programs = [
  'test/e2e/**/*.test.ts',
  'test/cli/{actions,mcp,mcp-pin,queue}.test.ts',
  'test/queue/embedded.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/services/global-setup.ts'],
    // A test waits for events, not for time: these only end one that hangs, on a machine however busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['test/e2e/end-children.ts'],
    // Two cores: more forks only make real databases slower.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: programs },
      },
      { extends: true, test: { name: 'programs', include: programs } },
    ],
  },
});
