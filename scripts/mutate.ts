/**
 * `npm run mutate -- [FOLDER… [--tests GLOB]… [--least SCORE]] [--concurrency N] [--go-on]`: changes the code of the folders in one place at a time and sees whether a
 * test notices (https://stryker-mutator.io). Exit 1 when less than SCORE % of the changes are noticed. Tests: those that lie in the folders, and what
 * `--tests` names beside them. Survivors are listed; the whole reports are in dist/mutation. Without a FOLDER: those of docs/SECURITY.md, each with its
 * least score.
 *
 * FOLDER may be files, and a file may have a range of lines: `fhir-server/src/access/reach.ts:20-60`.
 *
 * A folder is gone through a few files at a time, and what was found is kept after each. `--go-on` takes that over where neither the line nor the test that
 * noticed has changed since: a run that was cut off goes on, and after a new test only those that survived are tried again.
 */
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
    'go-on': { type: 'boolean', default: false },
  },
});

/** Also what keeps a file from being loaded, in the middle of a run: Stryker can not say which test that would have failed. */
const NOT_COUNTED: ReadonlySet<string> = new Set(['Ignored', 'CompileError', 'RuntimeError']);

const NOTICED: ReadonlySet<string> = new Set(['Killed', 'Timeout']);

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

// The same generated cases for each change.
process.env.FAST_CHECK_SEED ??= '1';

/** Lines of code gone through at a time: before each, all tests are run once to see what they reach. */
const AT_A_TIME = 500;

function codeOf(path: string): string[] {
  if (!isFolder(path)) return [path];
  return globSync(`${path}/**/*.ts`)
    .filter((file) => !file.endsWith('.test.ts'))
    .sort();
}

/** `a.ts:20-60` is lines of `a.ts`. */
const fileOf = (path: string): string => path.replace(/:[\d:-]+$/, '');

/** In groups of some five hundred lines. */
function inGroups(files: readonly string[]): string[][] {
  const groups: string[][] = [];
  let room = 0;
  for (const file of files) {
    const lines = readFileSync(fileOf(file), 'utf8').split('\n').length;
    if (groups.length === 0 || lines > room) {
      groups.push([]);
      room = AT_A_TIME;
    }
    groups.at(-1)?.push(file);
    room -= lines;
  }
  return groups;
}

/** What `--go-on` takes over. Stryker would try a survivor again only where a test of those that reach it has changed, which it does not know of what is made at loading. */
function keepNoticed(file: string): void {
  if (!values['go-on']) rmSync(file, { force: true });
  if (!existsSync(file)) return;
  const found = JSON.parse(readFileSync(file, 'utf8')) as {
    files: Record<string, { mutants: { status: string }[] }>;
  };
  for (const each of Object.values(found.files))
    each.mutants = each.mutants.filter(({ status }) => NOTICED.has(status));
  writeFileSync(file, JSON.stringify(found));
}

interface Found {
  readonly noticed: number;
  readonly counted: number;
}

async function mutateGroup(files: readonly string[], report: string): Promise<Found> {
  const results = await new Stryker({
    mutate: [...files],
    testRunner: 'vitest-in-order',
    plugins: [
      '@stryker-mutator/vitest-runner',
      `${import.meta.dirname}/mutate-runner.ts`,
      `${import.meta.dirname}/mutate-ignore.ts`,
      `${import.meta.dirname}/mutate-tell.ts`,
    ],
    ignorers: ['wording'],
    vitest: { configFile: 'scripts/mutate.vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    ignorePatterns: ['data', 'dist', 'docs', 'e2e', '**/*.sqlite*'],
    // TypeScript 7 has no API that Stryker could rewrite references with, and there are none.
    tsconfigFile: 'none',
    tempDirName: 'dist/mutation/sandbox',
    reporters: ['progress-append-only', 'as-found', 'clear-text', 'json', 'html'],
    clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true, skipFull: true },
    jsonReporter: { fileName: `${report}.json` },
    htmlReporter: { fileName: `${report}.html` },
    incremental: true,
    incrementalFile: `${report}-found.json`,
    // An endless loop is a change that was noticed; a slow answer on a busy machine is none.
    timeoutMS: 40_000,
    logLevel: 'warn' as LogLevel,
    allowEmpty: false,
  }).runMutationTest();
  const counted = results.filter(
    ({ status, fileName }) =>
      !NOT_COUNTED.has(status) && files.some((file) => fileName.endsWith(fileOf(file))),
  );
  const noticed = counted.filter(({ status }) => NOTICED.has(status));
  return { noticed: noticed.length, counted: counted.length };
}

/** Whether enough of the changes were noticed. */
async function mutate({ paths, tests, least }: Part): Promise<boolean> {
  // Read by mutate.vitest.config.ts, in each process that runs tests.
  const inFolders = paths.filter(isFolder).map((path) => `${path}/**/*.test.ts`);
  process.env.MUTATE_TESTS = [...inFolders, ...tests].join(' ');
  const report = `dist/mutation/${paths[0]?.replace(/\W+/g, '-')}`;
  keepNoticed(`${report}-found.json`);
  let noticed = 0;
  let counted = 0;
  for (const files of inGroups(paths.flatMap(codeOf))) {
    const found = await mutateGroup(files, report);
    noticed += found.noticed;
    counted += found.counted;
    console.log(`${files.join(' ')}: ${found.noticed} of ${found.counted} changes noticed`);
  }
  const score = (100 * noticed) / counted;
  console.log(`${paths.join(' ')}: ${noticed} of ${counted} changes noticed: ${score.toFixed(1)} %`);
  return score >= least;
}

const named: Part = { paths: positionals, tests: values.tests, least: Number(values.least) };
for (const part of positionals.length > 0 ? [named] : PARTS) if (!(await mutate(part))) process.exitCode = 1;
