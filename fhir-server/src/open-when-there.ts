/** The store, when its database is there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { openStore, type StoreOptions } from './store/open-store.ts';
import type { ResourceStore } from './store/store.ts';
import { startWaitingServer, type WaitingServer } from './waiting-server.ts';

/** How often a database that is away is looked for. */
const RETRY_MS = 1000;

/** A database server that is away is waited for; a damaged file, or a wrong password, ends the start. */
export async function openWhenThere(
  config: Config,
  log: Logger,
  embedded: Pick<StoreOptions, 'writer' | 'diskFailed'>,
): Promise<ResourceStore> {
  const open = (): Promise<ResourceStore> =>
    openStore({
      mongodb: config.mongodb,
      databaseFile: config.databaseFile,
      readers: config.READER_THREADS,
      searchDeadlineMs: config.SEARCH_TIMEOUT_SECONDS * 1000,
      ...embedded,
    });
  let waiting: WaitingServer | undefined;
  try {
    for (;;) {
      try {
        return await open();
      } catch (error) {
        if (!isAway(error)) throw error;
        log.error({ err: error }, 'the database is not there; trying again');
        waiting ??= await startWaitingServer(config, log);
        await sleep(RETRY_MS);
      }
    }
  } finally {
    await waiting?.close();
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof Error && /^Mongo(?:ServerSelection|Network)/.test(error.name);
