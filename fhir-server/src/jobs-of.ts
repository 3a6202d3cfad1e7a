/** What is done once, by one of the processes: exports, imports and broadcasts, notices, what was put off until a day, offers of the waiting list. */
import type { Logger } from 'pino';
import type { Reopen, Stands } from './access/standing.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { Config } from './config.ts';
import { standsMsOf } from './configured.ts';
import { createBroadcastJob } from './jobs/broadcast/job.ts';
import { createExportJob } from './jobs/export/job.ts';
import { createImportJob } from './jobs/import/job.ts';
import { createLease } from './jobs/lease.ts';
import { createMemberMatchJob } from './jobs/member-match/job.ts';
import { createNoticeJob, RENEW_MS } from './jobs/notices/job.ts';
import type { Messenger } from './jobs/notices/messenger.ts';
import type { Push } from './jobs/notices/push.ts';
import { createPutOff } from './jobs/put-off.ts';
import { createRounds } from './jobs/rounds.ts';
import { createJobRunner, type JobRunner } from './jobs/runner.ts';
import { createWaitingList, WAITING_RENEW_MS } from './jobs/waiting-list/job.ts';
import type { Repository } from './repository/repository.ts';
import type { ResourceStore } from './store/store.ts';

const HOUR_MS = 3_600_000;
const PUSH_SWEEP_MS = 24 * HOUR_MS;
const now = (): number => Date.now();
const elapsed = (): number => performance.now();

export interface Jobs {
  readonly runner: JobRunner;
  /** Begins, where this process is the one. */
  start(): void;
  stop(): Promise<void>;
}

export function jobsOf(
  config: Config,
  parts: {
    readonly store: ResourceStore;
    readonly audit: AuditLog;
    readonly repository: Repository;
    readonly stands: Stands;
    readonly reopen: Reopen;
    /** undefined: nobody is told of anything. */
    readonly messenger: Messenger | undefined;
    readonly push: Push | undefined;
    readonly holder: string;
    readonly runsJobs: boolean;
    readonly log: Logger;
  },
): Jobs {
  const { store, audit, repository, stands, reopen, messenger, push, holder, runsJobs, log } = parts;
  const everyMs = config.NOTICE_SECONDS * 1000;
  const standsMs = standsMsOf(config);
  const runner = createJobRunner({
    store,
    kinds: [
      createExportJob({
        store,
        audit,
        stands,
        baseUrl: config.FHIR_BASE_URL,
        folder: config.bulkDir,
        fileResources: config.BULK_FILE_RESOURCES,
        now,
        standsMs,
        elapsed,
      }),
      createImportJob({
        store,
        repository,
        reopen,
        folder: config.bulkDir,
        mostUpload: config.BULK_IMPORT_MAX_BYTES,
        mostLine: config.MAX_BODY_BYTES,
        privateHosts: config.BULK_IMPORT_PRIVATE_HOSTS,
        now,
        standsMs,
        elapsed,
      }),
      createBroadcastJob({ repository, reopen, now }),
      createMemberMatchJob({ repository, reopen, audit, folder: config.bulkDir, now, standsMs, elapsed }),
    ],
    stands,
    holder,
    keepMs: config.BULK_KEEP_HOURS * HOUR_MS,
    now,
    elapsed,
    log,
  });
  const lease = createLease(store, { name: 'notices', holder, ttlMs: 3 * RENEW_MS, now });
  const notices =
    runsJobs && messenger
      ? createNoticeJob({
          store,
          messenger,
          push,
          lease,
          reminderHours: config.REMINDER_HOURS,
          ages: config.agePolicy,
          everyMs,
          now,
          log,
        })
      : undefined;
  const sweeps = createRounds(
    async () => push?.sweep(),
    PUSH_SWEEP_MS,
    (error) => log.warn({ failure: (error as Error).message }, 'devices could not be asked after'),
  );
  const putOff = createPutOff({ store, everyMs, now, log });
  const waiting = createWaitingList({
    store,
    lease: createLease(store, { name: 'waiting-list', holder, ttlMs: 3 * WAITING_RENEW_MS, now }),
    holdMs: config.WAITING_LIST_HOLD_MINUTES * 60_000,
    everyMs,
    now,
    log,
  });
  return {
    runner,
    start() {
      if (!runsJobs) return;
      runner.start();
      notices?.start();
      sweeps.start();
      putOff.start();
      waiting.start();
    },
    async stop() {
      await notices?.stop();
      await push?.close();
      await sweeps.stop();
      await putOff.stop();
      await waiting.stop();
      await runner.stop();
    },
  };
}
