import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // What is waited for comes when it comes: a second, which is the default, is too short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // The tests start servers and a browser: one file after the other.
    fileParallelism: false,
  },
});
