/** What waits within this process, so that the database need not refuse and repeat it. */

/** Work on the same things goes one after the other. */
export interface Lanes {
  run<T>(names: readonly string[], work: () => Promise<T>): Promise<T>;
}

export function createLanes(): Lanes {
  const ends = new Map<string, Promise<void>>();
  return {
    async run(names, work) {
      const lanes = new Set(names);
      const before = [...lanes].map((name) => ends.get(name));
      const { promise: end, resolve } = Promise.withResolvers<void>();
      // All lanes are taken in one step: two that want the same ones can't wait for each other.
      for (const name of lanes) ends.set(name, end);
      try {
        await Promise.all(before);
        return await work();
      } finally {
        resolve();
        for (const name of lanes) if (ends.get(name) === end) ends.delete(name);
      }
    },
  };
}

/** So many at a time, whoever came first. */
export interface Gate {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(most: number): Gate {
  let free = most;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        // The place goes to the next one, or becomes free.
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
