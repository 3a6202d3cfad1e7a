/**
 * What a subscriber may see now: the grants that the subscription was made with, as far as what they rest on still stands (account, app, relation, role, Consents).
 * Asked anew after seconds, so that what ended tells nothing within a minute.
 */
import type { AccessContext } from '../../access/access-context.ts';
import type { KeptAccess, Reopen } from '../../access/standing.ts';

export interface Standing {
  /** undefined: it has ended. Throws when it can't be said. */
  accessOf(ground: KeptAccess): Promise<AccessContext | undefined>;
}

const MOST = 20_000;

interface Known {
  readonly answer: Promise<AccessContext | undefined>;
  readonly until: number;
}

/** `keptMs`: for how long an answer counts, by a clock that nobody sets. */
export function createStanding(reopen: Reopen, keptMs: number, elapsed: () => number): Standing {
  const known = new Map<string, Known>();
  return {
    accessOf(ground) {
      const name = JSON.stringify(ground);
      const found = known.get(name);
      if (found && found.until > elapsed()) return found.answer;
      const answer = reopen(ground);
      if (known.size >= MOST) known.clear();
      known.set(name, { answer, until: elapsed() + keptMs });
      // What could not be said is asked again the next time.
      answer.catch(() => known.delete(name));
      return answer;
    },
  };
}
