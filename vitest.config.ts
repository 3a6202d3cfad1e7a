import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{serving,profiles,fhir-server,auth-server,portal-app,seed,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['./scripts/fast-check-seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes when it comes: a second, which is the default, is too short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
  },
});
