import { defineConfig } from 'vitest/config';

/** What counts the processor's time: beside another test it would count what that costs the processor too. */
const ALONE = ['fhir-server/test/held-up.http.test.ts', 'fhir-server/src/search/query-budget.test.ts'];

const common = {
  setupFiles: ['./scripts/fast-check-seed.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // What is waited for comes when it comes: a second, which is the default, is too short on a busy machine.
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'beside',
          include: ['{serving,profiles,fhir-server,auth-server,portal-app,seed,scripts}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', ...ALONE],
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
