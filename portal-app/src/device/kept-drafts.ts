/** Drafts as the vault has them, for all tabs. */
import { type Draft, isOlder, KEEP_MS, type Sent } from './draft.ts';
import { lastWordsOf, makeReady } from './last-words.ts';
import { fromVault, toVault } from './vault.ts';

export { watchLeaving } from './last-words.ts';

/** Keeps `own`, and takes into it what another tab has newer, or a page that went away: of two that save at once, none writes over what the other one has. */
export const mergeDrafts = (owner: string, own: Map<string, Draft>, now = Date.now()): Promise<unknown> =>
  alone(owner, async () => {
    const last = await lastWordsOf(owner, now);
    const kept = (await fromVault<[string, Draft][]>(owner)) ?? [];
    for (const [name, draft] of [...kept, ...last.drafts]) {
      const mine = own.get(name);
      if (isSamePress(mine, draft, now) || (now - draft.at < KEEP_MS && isOlder(mine ?? { at: 0 }, draft)))
        own.set(name, draft);
    }
    await toVault(owner, [...own]);
    last.forget();
    await makeReady();
  });

/**
 * Pressed in two tabs at one moment, the first that is in the vault is what both of them send. Whoever finds the same words there, and had not known of them, was pressing the same
 * button: also where they have arrived just now, and this tab has not heard yet that its form is empty.
 */
export function isSamePress(own: Draft | undefined, kept: Draft, now: number): boolean {
  const [mine, theirs] = [own?.value, kept.value] as (Sent | undefined)[];
  return (
    mine?.digest !== undefined &&
    mine.digest === theirs?.digest &&
    !mine.isSent &&
    theirs.until > now &&
    // Its own; or it was known, and the same is meant anew.
    ![mine.identity, mine.after].includes(theirs.identity)
  );
}

/** Where a browser has no locks, it has no vault either. */
const alone = (name: string, work: () => Promise<void>): Promise<unknown> =>
  navigator.locks ? navigator.locks.request(name, work) : work();
