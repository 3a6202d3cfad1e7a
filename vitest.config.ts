import { defineConfig } from 'vitest/config';

/** What counts the processor's time: beside another test it would count what that costs the processor too. */
const ALONE = ['fhir-server/test/held-up.http.test.ts', 'fhir-server/src/search/query-budget.test.ts'];

/** Of many small files, and of those that start a server in their own process: loading the code anew for each costs a fifth to a half of the processor's time. */
const SHARED = '{profiles,portal-app/src,serving,{fhir-server,auth-server}/{src,test}}/**/*.test.ts';
/** They teach the portal's texts Spanish, which is never unlearnt; or begin and kill processes. */
const CHANGES_THE_PROCESS = [
  'portal-app/src/format/said-in-spanish.test.ts',
  'portal-app/src/record/administration/log.test.ts',
  'fhir-server/src/store/mongodb/crash.test.ts',
];

const common = {
  setupFiles: ['./scripts/fast-check-seed.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // What is waited for comes when it comes: a second, which is the default, is too short on a busy machine.
  expect: { poll: { timeout: 15_000 } },
};
const NEVER = ['**/node_modules/**', '**/dist/**'];
/** One more than there are cores: a good part of these files waits for a process, a disk or the time. */
const beside = { ...common, maxWorkers: 3, sequence: { groupOrder: 0 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...beside,
          name: 'beside',
          include: ['{portal-app/serve,seed,scripts}/**/*.test.ts', ...CHANGES_THE_PROCESS],
          exclude: [...NEVER, ...ALONE],
        },
      },
      {
        test: {
          ...beside,
          name: 'shared',
          include: [SHARED],
          exclude: [...NEVER, ...ALONE, ...CHANGES_THE_PROCESS],
          setupFiles: [...common.setupFiles, './scripts/as-new.ts'],
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
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
