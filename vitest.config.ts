import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    // A test waits for events, not for time: these only end one that hangs, on a machine however busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['test/e2e/end-children.ts'],
    // Two cores: more forks only make real databases slower.
    maxWorkers: 2,
  },
});
