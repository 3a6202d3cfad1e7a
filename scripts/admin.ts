/** `npm run admin -- …`: the administrator's command line, with the same settings that `npm start` uses. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startConfig } from './start-config.ts';

process.chdir(join(import.meta.dirname, '..'));
if (existsSync('.env')) process.loadEnvFile('.env');
const [group, ...rest] = process.argv.slice(2);
const command =
  group === 'card-keys'
    ? ['fhir-server/src/tools/card-keys.ts', ...rest]
    : ['auth-server/src/admin/main.ts', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, command, {
  stdio: 'inherit',
  env: { ...process.env, ...startConfig(process.env).env },
});
if (status === 2) console.error('  card-keys list, rotate [HOURS], withdraw KID');
process.exitCode = status ?? 1;
