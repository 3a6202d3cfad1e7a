/**
 * Notices over the change log, and reminders of visits, by one server at a time (../lease.ts). The place in the log is kept in the store after each change
 * that was dealt with, so that a server that was killed goes on where it was: the one change it was busy with is told again with the same Message-ID,
 * no other. While a message can't be sent, nothing behind it is: the order stays, and nothing is lost. What falls into somebody's quiet hours is noted,
 * and told when they end.
 */
import type { Logger } from 'pino';
import type { AgePolicy } from '../../access/age-policy.ts';
import type { ResourceStore } from '../../store/store.ts';
import { earlierVersions } from '../earlier.ts';
import type { Lease } from '../lease.ts';
import { createRounds } from '../rounds.ts';
import { ageNoticesOf } from './ages.ts';
import type { Messenger } from './messenger.ts';
import { type Notice, noticeOf, TOLD_TYPES } from './notice.ts';
import { quietUntil } from './preferences.ts';
import type { Push } from './push.ts';
import { remindersOf } from './reminders.ts';

export interface NoticeJob {
  /** One round: what has changed since the last, what was held, and reminders that are due. Returns how many were sent. */
  run(): Promise<number>;
  start(): void;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

export interface NoticeDependencies {
  readonly store: ResourceStore;
  readonly messenger: Messenger;
  /** To devices, besides. */
  readonly push: Push | undefined;
  readonly lease: Lease;
  /** Hours before a visit, where a patient has not said otherwise. */
  readonly reminderHours: readonly number[];
  /** What changes for those who act for a child as it grows up. */
  readonly ages: AgePolicy;
  /** Between two rounds. */
  readonly everyMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

const NOTE = 'notices';
const HELD = 'held-notice/';
const BATCH = 200;
/** The lease holds three times as long. */
export const RENEW_MS = 5000;

export function createNoticeJob(dependencies: NoticeDependencies): NoticeJob {
  const { store, messenger, push, lease, reminderHours, ages, everyMs, now, log } = dependencies;
  let stopping = false;
  /** Before this there is no reminder to look for; a change of an appointment or a patient brings it forward. */
  let nextReminder = 0;
  /** The same of what changes with age; looked for once an hour. */
  let nextAge = 0;
  /** What is tried again for the mail's sake is not told to devices again. */
  let pushed = '';

  async function run(): Promise<number> {
    if (!(await lease.hold())) return 0;
    let isOurs = true;
    const renewing = setInterval(() => {
      lease.hold().then(
        (held) => {
          isOurs &&= held;
        },
        () => {
          isOurs = false;
        },
      );
    }, RENEW_MS);
    const goOn = (): boolean => isOurs && !stopping;
    try {
      return (
        (await tellHeld(goOn)) + (await tellChanges(goOn)) + (await remind(goOn)) + (await tellAges(goOn))
      );
    } finally {
      clearInterval(renewing);
    }
  }

  async function tellChanges(goOn: () => boolean): Promise<number> {
    let after = await store.getNote(NOTE);
    if (after === undefined) return begin();
    let sent = 0;
    for (;;) {
      const changes = await store.changes(after, BATCH, [...TOLD_TYPES]);
      const earlier = earlierVersions(store, changes, ({ type }) => TOLD_TYPES.has(type));
      for (const change of changes) {
        if (!goOn()) return sent;
        if (change.type === 'Appointment' || change.type === 'Patient') nextReminder = 0;
        if (change.type === 'Patient' || change.type === 'RelatedPerson') nextAge = 0;
        const notice = TOLD_TYPES.has(change.type)
          ? noticeOf(change, await earlier(change), now())
          : undefined;
        if (notice && (await tell(notice))) sent += 1;
        after = change.position;
        // Most changes are nobody's news: their place is kept with the next that is, or with the last.
        if (notice || change === changes.at(-1)) await store.setNote(NOTE, after);
      }
      if (changes.length < BATCH) return sent;
    }
  }

  /** At the very first start: from now on. What was there before is no news. */
  async function begin(): Promise<number> {
    await store.setNote(NOTE, (await store.logEnd()).position);
    return 0;
  }

  /** What was held until a time that has come. */
  async function tellHeld(goOn: () => boolean): Promise<number> {
    let sent = 0;
    for (const { name, value } of await store.notes(HELD, HELD + new Date(now()).toISOString(), BATCH)) {
      if (!goOn()) break;
      if (await tell(JSON.parse(value) as Notice)) sent += 1;
      await store.setNote(name, undefined);
    }
    return sent;
  }

  async function remind(goOn: () => boolean): Promise<number> {
    if (now() < nextReminder || !goOn()) return 0;
    let sent = 0;
    const { due, next } = await remindersOf(store, messenger, reminderHours, now());
    for (const { notice, contact, mark } of due) {
      if (!goOn()) return sent;
      tellDevices(notice);
      if (await messenger.send(notice, contact)) sent += 1;
      await store.setNote(mark, 'sent');
    }
    nextReminder = next;
    return sent;
  }

  async function tellAges(goOn: () => boolean): Promise<number> {
    if (now() < nextAge || !goOn()) return 0;
    let sent = 0;
    const { due, next } = await ageNoticesOf(store, messenger, ages, now());
    for (const { notice, contact, mark } of due) {
      if (!goOn()) return sent;
      if (await messenger.send(notice, contact)) sent += 1;
      await store.setNote(mark, 'sent');
    }
    nextAge = next;
    return sent;
  }

  /** False when there is nobody to tell, it is held, or it was refused for good. Rejects when it should be tried again. */
  async function tell(notice: Notice): Promise<boolean> {
    const contact = await messenger.contact(notice.patient, notice.at);
    const until = contact && quietUntil(contact.preferences.quiet, now());
    if (until === undefined) {
      tellDevices(notice);
      return contact !== undefined && messenger.send(notice, contact);
    }
    await store.setNote(`${HELD}${new Date(until).toISOString()}/${notice.key}`, JSON.stringify(notice));
    return false;
  }

  function tellDevices(notice: Notice): void {
    if (notice.key === pushed) return;
    pushed = notice.key;
    push?.tell(notice);
  }

  const rounds = createRounds(run, everyMs, (error) =>
    log.warn({ failure: (error as Error).message }, 'notices wait: they could not be sent'),
  );

  return {
    run,
    start: rounds.start,
    async stop() {
      stopping = true;
      await rounds.stop();
      await lease.release().catch(() => undefined);
    },
  };
}
