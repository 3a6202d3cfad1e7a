/**
 * Starts the FHIR server: environment → configuration → store → HTTP, until SIGTERM or SIGINT. With WORKERS above 1 this process starts that
 * many of its kind, which share the port and the store, and replaces one that dies.
 */
import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepPrivate } from '@wellspring/serving/private-files';
import type { Logger } from 'pino';
import { ConfigError, loadConfig } from './config.ts';
import { createLog } from './log.ts';
import { startServer } from './server.ts';

/** A worker that dies at once is not replaced at once. */
const RESTART_MS = 1000;

keepPrivate();
try {
  const config = loadConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  if (cluster.isPrimary && config.WORKERS > 1) startWorkers(config.WORKERS, log);
  else await serve(config, log);
} catch (error) {
  if (error instanceof ConfigError) console.error(`fhir-server: wrong configuration\n${error.message}`);
  else console.error(`fhir-server: ${(error as Error).message}`);
  process.exit(1);
}

async function serve(config: ReturnType<typeof loadConfig>, log: Logger): Promise<void> {
  // Of several workers the first one does the jobs that are done once.
  const server = await startServer(config, log, { runsJobs: (process.env.WORKER ?? '1') === '1' });
  log.info({ port: server.port }, 'fhir-server is ready');
  const stop = async (): Promise<void> => {
    await server.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function startWorkers(count: number, log: Logger): void {
  let stopping = false;
  const fork = (number: number): void => {
    const worker = cluster.fork({ WORKER: String(number) });
    worker.once('exit', async (code) => {
      if (stopping) return;
      log.error({ worker: number, code }, 'a worker ended; starting another');
      await sleep(RESTART_MS);
      if (!stopping) fork(number);
    });
  };
  for (let number = 1; number <= count; number++) fork(number);
  const stop = (): void => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    cluster.disconnect(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
