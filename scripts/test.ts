/** `npm test`: every check in turn, each with its time, and at the end one line that counts them. `--fast` leaves the browser out. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  passed: number;
  failed: number;
}

const fast = process.argv.includes('--fast');
const total: Count = { passed: 0, failed: 0 };

function run(name: string, command: string, args: readonly string[]): boolean {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  console.log(
    `   ${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  return status === 0;
}

/** A check that is one thing: it passes or it fails. */
function check(name: string, command: string, ...args: readonly string[]): void {
  if (run(name, command, args)) total.passed += 1;
  else total.failed += 1;
}

/** A vitest run, counted test by test. A run that reports nothing has failed. */
function tests(name: string, ...args: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-test-'));
  const file = join(folder, 'report.json');
  const ok = run(name, 'vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  ]);
  let failed = ok ? 0 : 1;
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
    };
    total.passed += report.numPassedTests;
    failed = Math.max(failed, report.numFailedTests);
  } catch {
    failed = 1;
  }
  total.failed += failed;
  rmSync(folder, { recursive: true, force: true });
}

check('lint and format', 'biome', 'check', '.');
check('layers', 'node', 'scripts/check-layers.ts');
check('unused code', 'knip');
check('types of the servers', 'tsc', '--noEmit', '-p', 'tsconfig.json');
check('types of the portal', 'tsc', '--noEmit', '-p', 'portal-app/tsconfig.json');
if (!process.env.CONTRACT_MONGODB_URL) {
  console.log('\n!! MongoDB contract suite: NOT RUN HERE (CONTRACT_MONGODB_URL names no server).');
}
tests('unit and contract tests');
if (!fast) tests('end-to-end tests', '--config', 'e2e/vitest.config.ts');

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
