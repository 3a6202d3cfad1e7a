/** `npm test`: every check in turn, each with its time, and at the end one line that counts them. `--fast` leaves the browser out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const fast = process.argv.includes('--fast');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
let passed = 0;
const failed: string[] = [];
const secondTry: string[] = [];
// A change is judged by the same generated cases as the one before it. A developer's own vitest, without this, tries new ones each time.
process.env.FAST_CHECK_SEED ??= '20261128';

/** No check takes half of this. One that does not end is ended: a hung one would say nothing at all. */
const DEADLINE_MS = 25 * 60_000;

/** What a check says: where `npm test` says it, or kept until it has ended, because another runs beside it. */
type Said = 'inherit' | 'pipe';

/** The check is a group of processes of its own, so that nothing it started outlives it. */
async function run(
  name: string,
  command: string,
  args: readonly string[],
  said: Said = 'inherit',
): Promise<boolean> {
  if (said === 'inherit') console.log(`\n── ${name}`);
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['inherit', said, said], detached: true });
  const kept: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => kept.push(part));
  const end = (): void => endGroup(child.pid);
  const cut = setTimeout(() => {
    console.log(`\n!! ${name}: did not end within ${DEADLINE_MS / 60_000} minutes`);
    end();
  }, DEADLINE_MS);
  process.once('exit', end);
  const [code] = await once(child, said === 'inherit' ? 'exit' : 'close').catch((error: Error) => [
    error.message,
  ]);
  clearTimeout(cut);
  end();
  process.off('exit', end);
  if (said === 'pipe') process.stdout.write(`\n── ${name}\n${Buffer.concat(kept)}`);
  console.log(
    `   ${name}: ${code === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  return code === 0;
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, all of it.
  }
}

/** A check that is one thing: it passes or it fails. */
async function check(name: string, command: string, ...args: readonly string[]): Promise<void> {
  if (await run(name, command, args, 'pipe')) passed += 1;
  else failed.push(name);
}

/**
 * What must hold at the first try: what was acknowledged is there after a crash, and nobody sees another's record. Elsewhere a file that failed is run once more,
 * alone, and is named at the end: these servers, databases and browsers share two cores with whatever else the machine does.
 */
const NEVER_TWICE = /(kill-nine|soak|notices|isolation)\.e2e\.test|crash\.test/;

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

/** The files of one vitest run as it reports them; none when it reports nothing. */
async function vitest(
  name: string,
  args: readonly string[],
): Promise<{ ok: boolean; files: readonly TestFile[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-test-'));
  const report = join(folder, 'report.json');
  const ok = await run(name, 'vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ]);
  try {
    return {
      ok,
      files: (JSON.parse(readFileSync(report, 'utf8')) as { testResults: TestFile[] }).testResults,
    };
  } catch {
    return { ok, files: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const failedIn = (file: TestFile) => file.assertionResults.filter(({ status }) => status === 'failed');
const hasFailed = (file: TestFile) => file.status === 'failed' || failedIn(file).length > 0;

/** The names of a file's failed tests, or of the file when it failed before any of them. */
function failures(file: TestFile): string[] {
  const where = relative(process.cwd(), file.name);
  const failed = failedIn(file).map(({ fullName }) => `${where}: ${fullName}`);
  return failed.length > 0 ? failed : [`${where}: the file as a whole`];
}

/** A vitest run, counted test by test. A run that reports nothing, or fails beside its tests, has failed. */
async function tests(name: string, ...args: readonly string[]): Promise<void> {
  const first = await vitest(name, args);
  const again = first.files.filter((file) => hasFailed(file) && !NEVER_TWICE.test(file.name));
  const few = again.length > 0 && again.length <= 3;
  const { files: second } = few
    ? await vitest(`${name}, once more`, [...args, ...again.map((file) => file.name)])
    : { files: [] };
  const last = first.files.map((file) => second.find((other) => other.name === file.name) ?? file);
  for (const file of last) {
    passed += file.assertionResults.filter(({ status }) => status === 'passed').length;
    if (hasFailed(file)) failed.push(...failures(file));
  }
  secondTry.push(
    ...again.filter((file) => last.some((l) => l.name === file.name && !hasFailed(l))).flatMap(failures),
  );
  if (!first.ok && !first.files.some(hasFailed)) failed.push(`${name}: failed beside its tests`);
}

/** By what is written: two lines of checks, since each of them computes on one core. */
async function whatIsWritten(): Promise<void> {
  await check('lint and format', 'biome', 'check', '.');
  await check('layers', 'node', 'scripts/check-layers.ts');
  await check('unused code', 'knip');
}

async function types(): Promise<void> {
  await check('types of the servers', 'tsc', '--noEmit', '-p', 'tsconfig.json');
  await check('types of the portal', 'tsc', '--noEmit', '-p', 'portal-app/tsconfig.json');
}

await Promise.all([whatIsWritten(), types()]);
if (!process.env.CONTRACT_MONGODB_URL) {
  console.log('\n!! MongoDB contract suite: NOT RUN HERE (CONTRACT_MONGODB_URL names no server).');
}
await tests('unit and contract tests');
if (!fast) await tests('end-to-end tests', '--config', 'e2e/vitest.config.ts');

for (const name of secondTry) console.log(`\n!! passed at the second try only: ${name}`);
for (const name of failed) console.log(`\n✗ ${name}`);
console.log(`\n${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
