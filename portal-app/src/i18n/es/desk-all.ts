/** Spanish texts that only the desk says, one file an area. */
import { desk } from './desk.ts';
import { deskAccounts } from './desk-accounts.ts';
import { deskAdmin } from './desk-admin.ts';
import { deskApps } from './desk-apps.ts';
import { deskBroadcasts } from './desk-broadcasts.ts';
import { deskExchange } from './desk-exchange.ts';
import { deskInbox } from './desk-inbox.ts';
import { deskLetters } from './desk-letters.ts';
import { deskLog } from './desk-log.ts';
import { deskNotices } from './desk-notices.ts';
import { deskRecord } from './desk-record.ts';
import { deskSchedule } from './desk-schedule.ts';

export const spanishOfDesk = {
  ...desk,
  ...deskAccounts,
  ...deskAdmin,
  ...deskApps,
  ...deskBroadcasts,
  ...deskExchange,
  ...deskInbox,
  ...deskLetters,
  ...deskLog,
  ...deskNotices,
  ...deskRecord,
  ...deskSchedule,
};
