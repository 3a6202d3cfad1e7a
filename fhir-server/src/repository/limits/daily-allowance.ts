/**
 * So much of a kind within a day, by number or by size, in the memory of one process: a bucket that fills again over the day, so that nobody waits for midnight. What was taken and not used is
 * given back.
 */
const DAY_MS = 86_400_000;
/** More are not kept apart: those not asked for longest are forgotten, which can only be to their good. */
const MOST_KEYS = 50_000;

export interface Kind {
  readonly key: string;
  readonly most: number;
}

/** One thing, and how much of what is allowed it takes. */
export interface Part {
  readonly id: string;
  readonly size: number;
}

export interface Places {
  /** Of those taken, the ones of which this is so. */
  giveBack(isUnused: (id: string) => boolean): void;
}

export interface DailyAllowance {
  /** Room for each part of each kind; or, where one has too little left, none, which that is, and when it may be asked again. */
  take<K extends Kind>(
    asked: readonly (K & { readonly parts: readonly Part[] })[],
  ): Places | { readonly full: K; readonly seconds: number };
}

interface Bucket {
  left: number;
  at: number;
}

export function createDailyAllowance(now: () => number): DailyAllowance {
  const buckets = new Map<string, Bucket>();

  function bucket({ key, most }: Kind): Bucket {
    const at = now();
    const known = buckets.get(key);
    const grown = known ? known.left + (Math.max(0, at - known.at) / DAY_MS) * most : most;
    const next = { left: Math.min(most, grown), at };
    buckets.delete(key);
    if (buckets.size >= MOST_KEYS) buckets.delete(buckets.keys().next().value as string);
    buckets.set(key, next);
    return next;
  }

  return {
    take(asked) {
      for (const kind of asked) {
        const short = sizeOf(kind.parts) - bucket(kind).left;
        if (short > 0)
          return { full: kind, seconds: Math.max(1, Math.ceil((short * DAY_MS) / kind.most / 1000)) };
      }
      for (const kind of asked) bucket(kind).left -= sizeOf(kind.parts);
      return {
        giveBack(isUnused) {
          for (const kind of asked) {
            const unused = sizeOf(kind.parts.filter(({ id }) => isUnused(id)));
            const known = bucket(kind);
            known.left = Math.min(kind.most, known.left + unused);
          }
        },
      };
    },
  };
}

const sizeOf = (parts: readonly Part[]): number => parts.reduce((sum, { size }) => sum + size, 0);
