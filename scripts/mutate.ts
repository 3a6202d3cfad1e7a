/**
 * `npm run mutate -- [FOLDER… [--tests GLOB]… [--least SCORE]] [--concurrency N]`: changes the code of the folders in one place at a time and sees whether a
 * test notices (https://stryker-mutator.io). Exit 1 when less than SCORE % of the changes are noticed. Tests: those that lie in the folders, and what
 * `--tests` names beside them. Survivors are listed; the whole reports are in dist/mutation. Without a FOLDER: those of docs/SECURITY.md, each with its
 * least score.
 *
 * FOLDER may be files, and a file may have a range of lines: `fhir-server/src/access/reach.ts:20-60`.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LogLevel } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';

interface Part {
  readonly paths: readonly string[];
  /** Beside those in the folders. */
  readonly tests: readonly string[];
  readonly least: number;
}

const PARTS: readonly Part[] = [
  { paths: ['fhir-server/src/access'], tests: ['fhir-server/src/search/query-budget.test.ts'], least: 95 },
  { paths: ['auth-server/src/accounts'], tests: [], least: 85 },
  { paths: ['auth-server/src/provider'], tests: ['auth-server/test/cross-origin.http.test.ts'], least: 85 },
  { paths: ['auth-server/src/launch'], tests: [], least: 85 },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string', multiple: true, default: [] },
    least: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '2' },
  },
});

/** Also what keeps a file from being loaded, in the middle of a run: Stryker can not say which test that would have failed. */
const NOT_COUNTED: ReadonlySet<string> = new Set(['Ignored', 'CompileError', 'RuntimeError']);

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

// The same generated cases for each change.
process.env.FAST_CHECK_SEED ??= '1';

/** Whether enough of the changes were noticed. */
async function mutate({ paths, tests, least }: Part): Promise<boolean> {
  // Read by mutate.vitest.config.ts, in each process that runs tests.
  const inFolders = paths.filter(isFolder).map((path) => `${path}/**/*.test.ts`);
  process.env.MUTATE_TESTS = [...inFolders, ...tests].join(' ');
  const report = `dist/mutation/${paths[0]?.replace(/\W+/g, '-')}`;
  const results = await new Stryker({
    mutate: paths.flatMap((path) => (isFolder(path) ? [`${path}/**/*.ts`, `!${path}/**/*.test.ts`] : [path])),
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
    reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
    clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true, skipFull: true },
    jsonReporter: { fileName: `${report}.json` },
    htmlReporter: { fileName: `${report}.html` },
    // An endless loop is a change that was noticed; a slow answer on a busy machine is none.
    timeoutMS: 40_000,
    logLevel: 'warn' as LogLevel,
    allowEmpty: false,
  }).runMutationTest();

  const counted = results.filter(({ status }) => !NOT_COUNTED.has(status));
  const noticed = counted.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  const score = (100 * noticed.length) / counted.length;
  console.log(
    `${paths.join(' ')}: ${noticed.length} of ${counted.length} changes noticed: ${score.toFixed(1)} %`,
  );
  return score >= least;
}

const named: Part = { paths: positionals, tests: values.tests, least: Number(values.least) };
for (const part of positionals.length > 0 ? [named] : PARTS) if (!(await mutate(part))) process.exitCode = 1;
