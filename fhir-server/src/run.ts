/**
 * Starts the FHIR server: environment → configuration → store → HTTP, until SIGTERM or SIGINT. With WORKERS above 1 this process starts that
 * many of its kind, which share the port and the store, replaces one that dies, and writes for all of them where the store is the embedded one.
 */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@wellspring/serving/configuration';
import type { Logger } from 'pino';
import { collectAtRest } from './collect-at-rest.ts';
import { type Config, loadConfig } from './config.ts';
import { createLog } from './log.ts';
import { loadPackages } from './packages/load-packages.ts';
import { requiredProfiles } from './packages/required-profiles.ts';
import { startServer } from './server.ts';
import { openSharedWriter, type SharedWriter } from './store/open-store.ts';
import { openToolStore } from './tools/open-tool-store.ts';

/** A worker that dies at once is not replaced at once. */
const RESTART_MS = 1000;
const REFUSE_MS = 300;

try {
  const config = loadConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  if (cluster.isPrimary && config.WORKERS > 1) await startWorkers(config, log);
  else await serve(config, log);
} catch (error) {
  if (error instanceof ConfigError) console.error(`fhir-server: wrong configuration\n${error.message}`);
  else console.error(`fhir-server: ${(error as Error).message}`);
  process.exit(1);
}

async function serve(config: Config, log: Logger): Promise<void> {
  // Of several workers the first one does the jobs that are done once.
  const server = await startServer(config, log, {
    runsJobs: (process.env.WORKER ?? '1') === '1',
    writer: cluster.isWorker ? 'parent' : 'thread',
    diskFailed: endWith(log),
  });
  collectAtRest();
  log.info({ port: server.port }, 'fhir-server is ready');
  const stop = async (): Promise<void> => {
    await server.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

async function startWorkers(config: Config, log: Logger): Promise<void> {
  let stopping = false;
  await checkPort(config);
  // Said once and here: a worker that ends is started again.
  if (config.REQUIRED_PROFILES.length > 0) {
    await loadPackages({
      folder: config.packagesDir,
      wanted: config.PACKAGES,
      registry: config.PACKAGE_REGISTRY,
    });
    requiredProfiles(config.REQUIRED_PROFILES);
  }
  const writer = config.mongodb === undefined ? await openWriterOf(config, log) : undefined;
  // Numbers such as Infinity are lost in JSON.
  cluster.setupPrimary({ serialization: 'advanced' });
  const fork = (number: number): void => {
    const worker = cluster.fork({ WORKER: String(number) });
    writer?.serve(worker);
    worker.once('exit', async (code) => {
      if (stopping) return;
      log.error({ worker: number, code }, 'a worker ended; starting another');
      await sleep(RESTART_MS);
      if (!stopping) fork(number);
    });
  };
  for (let number = 1; number <= config.WORKERS; number++) fork(number);
  const stop = async (): Promise<void> => {
    stopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ended = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) worker.process.kill('SIGTERM');
    await Promise.all(ended);
    await writer?.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Workers share their port with whoever else of this account shares it: that somebody has it is seen by one who does not. Rejects with EADDRINUSE. */
async function checkPort({ FHIR_PORT, FHIR_HOST }: Config): Promise<void> {
  const probe = createServer().listen(FHIR_PORT, FHIR_HOST);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

/** After the refusals of what could not be synced have left. What was acknowledged before is on the disk, and whoever starts this anew reads it from there. */
function endWith(log: Logger): (message: string) => void {
  return (message) => {
    log.fatal({ failure: message }, 'the disk does not sync what is written: ending');
    setTimeout(() => process.exit(1), REFUSE_MS);
  };
}

/** An index that was lost is made anew first, while there is one process only. */
async function openWriterOf(config: Config, log: Logger): Promise<SharedWriter> {
  const { store } = await openToolStore(config);
  await store.close();
  return openSharedWriter(config.databaseFile, endWith(log));
}
