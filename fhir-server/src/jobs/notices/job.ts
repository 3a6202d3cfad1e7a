/**
 * Notices over the change log, and reminders of visits. The place in the log is kept in the store after each change that was dealt with, so that a
 * server that was killed goes on where it was: the one change it was busy with is told again with the same Message-ID, no other. While a message can't be
 * sent, nothing behind it is: the order stays, and nothing is lost.
 */
import type { Logger } from 'pino';
import type { Change, ResourceStore, StoredVersion } from '../../store/store.ts';
import { contactOf } from './contact.ts';
import { type Notice, noticeOf } from './notice.ts';
import { dueReminders } from './reminders.ts';
import { type Outgoing, Refused, type Senders } from './senders.ts';
import { emailText, smsText } from './texts.ts';

export interface NoticeJob {
  /** One round: what has changed since the last, and reminders that are due. Returns how many were sent. */
  run(): Promise<number>;
  start(): void;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

export interface NoticeDependencies {
  readonly store: ResourceStore;
  readonly senders: Senders;
  readonly portalUrl: string;
  /** Hours before a visit. */
  readonly reminderHours: readonly number[];
  /** Between two rounds. */
  readonly everyMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

const NOTE = 'notices';
const BATCH = 200;

export function createNoticeJob(dependencies: NoticeDependencies): NoticeJob {
  const { store, senders, portalUrl, reminderHours, everyMs, now, log } = dependencies;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;
  let stopping = false;

  async function run(): Promise<number> {
    return (await tellChanges()) + (await remind());
  }

  async function tellChanges(): Promise<number> {
    let after = await store.getNote(NOTE);
    if (after === undefined) return begin();
    let sent = 0;
    for (;;) {
      const changes = await store.changes(after, BATCH);
      for (const change of changes) {
        if (stopping) return sent;
        const notice = noticeOf(change, await versionBefore(change), now());
        if (notice && (await send(notice))) sent += 1;
        after = change.position;
        // Most changes are nobody's news: their place is kept with the next that is, or with the last.
        if (notice || change === changes.at(-1)) await store.setNote(NOTE, after);
      }
      if (changes.length < BATCH) return sent;
    }
  }

  /** At the very first start: from now on. What was there before is no news. */
  async function begin(): Promise<number> {
    let after: string | undefined;
    for (;;) {
      const changes = await store.changes(after, 1000);
      after = changes.at(-1)?.position ?? after;
      if (changes.length < 1000) break;
    }
    await store.setNote(NOTE, after ?? '0');
    return 0;
  }

  async function versionBefore({ type, id, version }: Change): Promise<StoredVersion | undefined> {
    return version <= 1 ? undefined : store.vread(type, id, version - 1, { kind: 'all' });
  }

  async function remind(): Promise<number> {
    let sent = 0;
    for (const { notice, mark } of await dueReminders(store, reminderHours, now())) {
      if (stopping) break;
      if (await send(notice)) sent += 1;
      await store.setNote(mark, 'sent');
    }
    return sent;
  }

  /** False when there is nobody to tell, or the message was refused for good. Rejects when it should be tried again. */
  async function send({ kind, patient, key }: Notice): Promise<boolean> {
    const found = await store.read('Patient', patient, { kind: 'all' });
    const contact =
      found?.body === undefined ? undefined : contactOf(JSON.parse(found.body), senders.sms !== undefined);
    if (!contact) return false;
    const { to, language, channel } = contact;
    try {
      if (channel === 'email') await senders.email({ to, key, ...emailText(kind, language, portalUrl) });
      else
        await senders.sms?.({
          to,
          key,
          subject: '',
          text: smsText(kind, language, portalUrl),
        } satisfies Outgoing);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Neither address nor reason: both are somebody's.
      log.warn({ kind }, 'a notice was refused');
      return false;
    }
  }

  function round(): void {
    running ??= run()
      .catch((error: unknown) =>
        log.warn({ failure: (error as Error).message }, 'notices wait: they could not be sent'),
      )
      .finally(() => {
        running = undefined;
      });
  }

  return {
    run,
    start() {
      timer = setInterval(round, everyMs);
      round();
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      await running;
    },
  };
}
