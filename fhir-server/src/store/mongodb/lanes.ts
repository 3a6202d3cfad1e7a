/** Work on the same things goes one after the other within this process: the database need not refuse and repeat it. */
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
