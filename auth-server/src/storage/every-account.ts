/** All accounts there are, however many: by username, a page at a time, so that others are served in between. */
import { setImmediate } from 'node:timers/promises';
import type { Account, Storage } from './storage.ts';

const PAGE = 500;

export async function* everyAccount(
  storage: Pick<Storage, 'listAccounts'>,
  limit = PAGE,
): AsyncGenerator<Account> {
  let after = '';
  for (;;) {
    const page = await storage.listAccounts({ after, limit });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    after = last.username;
    await setImmediate();
  }
}
