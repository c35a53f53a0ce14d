import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    setupFiles: ['test/e2e/end-children.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores: more forks only make real databases slower.
    maxWorkers: 2,
  },
});
