/** `npm start`: the whole of Wellspring on this machine, with a demonstration clinic in an empty store. Ctrl-C stops all of it. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { keepCompiled } from '@wellspring/serving/compile-cache';
import { closeFolder, keepPrivate } from '@wellspring/serving/private-files';
import { buildApps } from './build-apps.ts';
import { prepareDataFolder } from './first-start.ts';
import { runScript, type ServerProcess, startProcess, stopProcesses, waitUntilHealthy } from './processes.ts';
import { type StartConfig, startConfig } from './start-config.ts';

const root = join(import.meta.dirname, '..');
process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');

keepPrivate();
// The servers inherit the folder.
keepCompiled();
const running: ServerProcess[] = [];
let stopping: Promise<void> | undefined;

async function stop(code: number): Promise<never> {
  stopping ??= stopProcesses(running);
  process.exitCode ??= code;
  await stopping;
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(0));

try {
  await start(startConfig(process.env));
} catch (error) {
  // What ended a server has said so.
  if (!stopping) console.error(`\nWellspring could not start: ${(error as Error).message}`);
  await stop(1);
}

async function start(config: StartConfig): Promise<void> {
  await checkPorts(config);
  for (const path of closeFolder(config.dataDir)) console.error(`Others may be able to read ${path}.`);
  await prepareDataFolder(config.dataDir, config.env);
  if (buildApps()) console.log('Portal and desk were built.');
  const { env } = config;
  const servers = [
    ['auth-server', 'auth-server/src/main.ts', config.authPort, '/healthz'],
    // It is healthy while it waits for its database.
    ['fhir-server', 'fhir-server/src/main.ts', config.fhirPort, '/readyz'],
    ['portal-app', 'portal-app/serve/main.ts', config.portalPort, '/healthz'],
  ] as const;
  for (const [name, script] of servers) {
    const server = startProcess(name, script, { LOG_LEVEL: 'warn', ...env }, (line) =>
      console.error(line.startsWith(`${name}: `) ? line : `${name}: ${line}`),
    );
    running.push(server);
    void server.ended.then((how) => {
      if (stopping) return;
      console.error(`\n${name} ${how}; the others are stopped.`);
      void stop(1);
    });
  }
  await Promise.all(
    servers.map(([, , port, probe], i) =>
      waitUntilHealthy(running[i] as ServerProcess, `${config.scheme}://localhost:${port}${probe}`, {
        tell: console.log,
      }),
    ),
  );
  await runScript('seed/src/main.ts', ['--if-empty'], env);
  const accounts = join(config.dataDir, 'demo-accounts.json');
  if (existsSync(accounts))
    await runScript('auth-server/src/admin/main.ts', ['accounts', 'import', accounts, '--demo'], env);
  printTable(config, accounts);
}

async function checkPorts(config: StartConfig): Promise<void> {
  for (const [name, port] of [
    ['FHIR_PORT', config.fhirPort],
    ['AUTH_PORT', config.authPort],
    ['PORTAL_PORT', config.portalPort],
    ['DESK_PORT', config.deskPort],
  ] as const) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (!free) throw new Error(`port ${port} is in use; set ${name} to a free one.`);
  }
}

function printTable(config: StartConfig, accountsFile: string): void {
  const { env } = config;
  console.log(`
  Wellspring is ready.

  Portal         ${env.PORTAL_URL}
  Desk           ${env.DESK_URL}   (the care team's)
  FHIR API       ${env.FHIR_BASE_URL}   (GET /metadata)
  Authorization  ${env.AUTH_ISSUER}
  Data           ${process.env.MONGODB_URL ? 'MongoDB (MONGODB_URL)' : config.dataDir}
`);
  if (existsSync(accountsFile)) {
    const accounts = JSON.parse(readFileSync(accountsFile, 'utf8')) as {
      username: string;
      password: string;
      displayName: string;
      role: string;
    }[];
    console.log('  Demonstration sign-ins');
    for (const { username, password, displayName, role } of accounts) {
      console.log(`    ${username.padEnd(18)} ${password.padEnd(20)} ${displayName} (${role})`);
    }
  }
  console.log('\n  Ctrl-C stops everything.');
}
