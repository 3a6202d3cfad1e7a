// Plain JavaScript for any Node from 20 on: makes a fresh clone ready. Installs the exact packages of the lockfile when they are missing or
// other than it says, and makes sure that what runs next is Node 24.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.wellspring-lock');
const hash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
if (!installed) {
  console.log('Installing packages (once; about half a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error('npm ci failed; its message is above.');
    process.exit(1);
  }
  writeFileSync(stamp, hash);
}

// npm puts node_modules/.bin first on the path, so this is the Node that the next script gets.
const bundled = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const version = existsSync(bundled)
  ? execFileSync(bundled, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' }).trim()
  : process.version;
if (Number(version.slice(1).split('.')[0]) < 24) {
  console.error(
    `Wellspring needs Node 24; this machine has ${version} and no bundled Node exists for ${process.platform}-${process.arch}. Install Node 24.`,
  );
  process.exit(1);
}
