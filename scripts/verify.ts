/** `npm run verify`: what both servers keep, each checked by its own tool. Exit code 1 when anything is wrong. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startConfig } from './start-config.ts';

process.chdir(join(import.meta.dirname, '..'));
if (existsSync('.env')) process.loadEnvFile('.env');
const env = { ...process.env, ...startConfig(process.env).env };
for (const tool of ['fhir-server/src/tools/verify.ts', 'auth-server/src/tools/verify.ts']) {
  const { status } = spawnSync(process.execPath, [tool], { stdio: 'inherit', env });
  if (status !== 0) process.exitCode = 1;
}
