/** `npm run admin -- …`: the administrator's command line, with the same settings that `npm start` uses. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startConfig } from './start-config.ts';

process.chdir(join(import.meta.dirname, '..'));
if (existsSync('.env')) process.loadEnvFile('.env');
const { status } = spawnSync(process.execPath, ['auth-server/src/admin/main.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...startConfig(process.env).env },
});
process.exitCode = status ?? 1;
