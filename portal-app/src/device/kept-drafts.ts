/** Drafts as the vault has them, for all tabs. */
import { type Draft, isOlder, KEEP_MS } from './draft.ts';
import { lastWordsOf, makeReady } from './last-words.ts';
import { fromVault, toVault } from './vault.ts';

export { watchLeaving } from './last-words.ts';

/** Keeps `own`, and takes into it what another tab has newer, or a page that went away: of two that save at once, none writes over what the other one has. */
export const mergeDrafts = (owner: string, own: Map<string, Draft>, now = Date.now()): Promise<unknown> =>
  alone(owner, async () => {
    const last = await lastWordsOf(owner, now);
    const kept = (await fromVault<[string, Draft][]>(owner)) ?? [];
    for (const [name, draft] of [...kept, ...last.drafts])
      if (now - draft.at < KEEP_MS && isOlder(own.get(name) ?? { at: 0 }, draft)) own.set(name, draft);
    await toVault(owner, [...own]);
    last.forget();
    await makeReady();
  });

/** Where a browser has no locks, it has no vault either. */
const alone = (name: string, work: () => Promise<void>): Promise<unknown> =>
  navigator.locks ? navigator.locks.request(name, work) : work();
