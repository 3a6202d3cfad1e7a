/** The tests of one `npm run mutate`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: (process.env.MUTATE_TESTS ?? '').split(' '),
    exclude: ['**/node_modules/**'],
    testTimeout: 30_000,
    // What a server waits for that a change has stopped.
    hookTimeout: 30_000,
    // What is waited for comes when it comes: a second, which is the default, is too short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    setupFiles: ['./scripts/mutate.setup.ts', './scripts/fast-check-seed.ts', './scripts/as-new.ts'],
    pool: 'threads',
    // As in vitest.config.ts: the files share what they load (mutate-runner.ts says when that is loaded anew).
    isolate: false,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
