import { defineConfig } from 'vitest/config';

/** What measures time has the machine to itself. */
const ALONE = ['desk-inbox', 'news'].map((name) => `e2e/${name}.e2e.test.ts`);

const common = {
  testTimeout: 120_000,
  hookTimeout: 240_000,
  setupFiles: ['e2e/tell-on-failure.ts'],
  // What is waited for comes when it comes: a second, which is the default, is too short on a busy machine.
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    globalSetup: ['e2e/once-a-run.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'walks',
          include: ['e2e/**/*.e2e.test.ts'],
          exclude: ALONE,
          // Each has servers, data and a browser of its own, and waits for its pages more than it computes.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
