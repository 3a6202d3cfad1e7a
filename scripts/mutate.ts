/**
 * `npm run mutate -- FOLDER… [--tests GLOB]… [--least SCORE] [--concurrency N]`: changes the code of the folders in one place at a time and sees whether a
 * test notices (https://stryker-mutator.io). Exit 1 when less than SCORE % of the changes are noticed. Tests: those that lie in the folders, and what
 * `--tests` names beside them. Survivors are listed; the whole report is in dist/mutation.
 *
 * FOLDER may be files, and a file may have a range of lines: `fhir-server/src/access/reach.ts:20-60`.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LogLevel } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string', multiple: true, default: [] },
    least: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '2' },
  },
});

if (positionals.length === 0) {
  console.error('mutate: name a folder of TypeScript, such as fhir-server/src/access.');
  process.exit(1);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const folders = positionals.filter(isFolder);
const mutated = positionals.flatMap((path) =>
  isFolder(path) ? [`${path}/**/*.ts`, `!${path}/**/*.test.ts`] : [path],
);
// Read by mutate.vitest.config.ts, in each process that runs tests.
process.env.MUTATE_TESTS = [...folders.map((path) => `${path}/**/*.test.ts`), ...values.tests].join(' ');

const results = await new Stryker({
  mutate: mutated,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner', `${import.meta.dirname}/mutate-ignore.ts`],
  ignorers: ['wording'],
  vitest: { configFile: 'scripts/mutate.vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: Number(values.concurrency),
  ignorePatterns: ['data', 'dist', 'docs', 'portal-app', 'e2e', '**/*.sqlite*'],
  // TypeScript 7 has no API that Stryker could rewrite references with, and there are none.
  tsconfigFile: 'none',
  tempDirName: 'dist/mutation/sandbox',
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true, skipFull: true },
  jsonReporter: { fileName: 'dist/mutation/report.json' },
  htmlReporter: { fileName: 'dist/mutation/report.html' },
  timeoutMS: 10_000,
  logLevel: 'warn' as LogLevel,
  allowEmpty: false,
}).runMutationTest();

const counted = results.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError');
const noticed = counted.filter(({ status }) => status === 'Killed' || status === 'Timeout');
const score = (100 * noticed.length) / counted.length;
console.log(`${noticed.length} of ${counted.length} changes noticed: ${score.toFixed(1)} %`);
process.exitCode = score >= Number(values.least) ? 0 : 1;
