/** Drafts as the vault has them, for all tabs. */
import { type Draft, isOlder } from './draft.ts';
import { fromVault, toVault } from './vault.ts';

/** Keeps `own`, and takes into it what another tab has newer: of two that save at once, none writes over what the other one has. */
export const mergeDrafts = (owner: string, own: Map<string, Draft>): Promise<unknown> =>
  alone(owner, async () => {
    for (const [name, draft] of (await fromVault<[string, Draft][]>(owner)) ?? [])
      if (isOlder(own.get(name) ?? { at: 0 }, draft)) own.set(name, draft);
    await toVault(owner, [...own]);
  });

/** Where a browser has no locks, it has no vault either. */
const alone = (name: string, work: () => Promise<void>): Promise<unknown> =>
  navigator.locks ? navigator.locks.request(name, work) : work();
