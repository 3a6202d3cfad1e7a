/** Builds portal and desk when their sources are other than those of the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'portal-app');
const stamp = join(folder, 'dist', '.sources');
const APPS = ['portal', 'desk'];
/** What the apps bundle of `profiles` (.dependency-cruiser.mjs). */
const leaves = ['ucum', 'plan-activity', 'closed-times', 'put-off', 'timing-code', 'dose-form'].map((name) =>
  join(root, 'profiles', 'src', `${name}.ts`),
);

/** Returns whether it had to build. */
export function buildApps(): boolean {
  const sources = hashSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return false;
  for (const app of APPS) build(app);
  writeFileSync(stamp, sources);
  return true;
}

function build(app: string): void {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--mode', app, '--logLevel', 'warn'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    // Whoever builds it, a test run too: React would be its development build, half as large again.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error(`the ${app} could not be built:\n${stdout}${stderr}`);
}

function hashSources(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const files = ['src', ...APPS].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...files, ...leaves, join(folder, 'vite.config.ts')].sort())
    hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}
