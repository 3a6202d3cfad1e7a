/** Stored search parameters: known to each process, and their entries made for what is stored already. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { CustomParameters } from '../repository/custom-parameters.ts';
import type { Reindex } from './reindex.ts';

/** Of several processes, how often each looks for search parameters that others stored. */
const PARAMETERS_MS = 3000;

export interface ParameterUpkeep {
  /** Before the first write is taken: what it writes is indexed by all parameters that are stored. What is to be reindexed begins, and goes on by itself. */
  begin(): Promise<void>;
  /** A search parameter was stored or deleted: known when it returns, indexed later. Never throws: what was stored is stored. */
  refresh(): Promise<void>;
  stop(): void;
}

export function createParameterUpkeep(options: {
  readonly parameters: CustomParameters;
  readonly reindex: Reindex;
  readonly log: Logger;
  /** Of several processes one reindexes. */
  readonly runsJobs: boolean;
  /** Other processes, of this machine or of others, may write to the store. */
  readonly hasOthers: boolean;
}): ParameterUpkeep {
  const { parameters, reindex, log, runsJobs, hasOthers } = options;
  const inTurn = createTurns(log);
  let isQueued = false;
  /** What waits when its turn comes: another one may have been stored, or be indexed, by then. */
  const index = async (): Promise<void> => {
    isQueued = false;
    const { types, specs } = await parameters.refresh();
    if (!runsJobs || specs.length === 0) return;
    // Other processes must write by a new parameter before what they wrote is walked over.
    if (hasOthers) await sleep(2 * PARAMETERS_MS);
    if (await reindex.start(types)) await parameters.indexed(specs);
  };
  const queueIndexing = (): void => {
    if (isQueued) return;
    isQueued = true;
    inTurn(index);
  };
  // What is read counts at once, however long the indexing for another one takes.
  const refresh = async (): Promise<void> => {
    try {
      const { specs } = await parameters.refresh();
      if (specs.length > 0) queueIndexing();
    } catch (error) {
      log.error({ err: error }, 'search parameters could not be read');
    }
  };
  let watching: NodeJS.Timeout | undefined;
  return {
    refresh,
    async begin() {
      const { specs } = await parameters.refresh();
      if (runsJobs) inTurn(async () => void ((await reindex.resume()) && (await reindex.upgrade())));
      if (specs.length > 0) queueIndexing();
      // Another process may have stored a search parameter, or have it indexed by now.
      if (hasOthers) watching = setInterval(() => void refresh(), PARAMETERS_MS);
    },
    stop: () => clearInterval(watching),
  };
}

/** One piece of background work after the other, in the order in which they were asked for. */
function createTurns(log: Logger): (work: () => Promise<void>) => void {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    last = last
      .then(work)
      .catch((error: unknown) => log.error({ err: error }, 'search parameters could not be indexed'));
  };
}
