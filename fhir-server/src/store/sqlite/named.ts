/** What SQL asks of a function, by a number that a statement can hold. Whatever was named within a snapshot is there until it ends. */
export interface Named<T> {
  add(value: T): number;
  /** Throws when it was dropped. */
  at(name: unknown): T;
  /** A new snapshot begins: the oldest are dropped, but for the newest `kept`. False: none had to be. */
  dropOld(): boolean;
}

export function createNamed<T>(what: string, kept = 256): Named<T> {
  const values = new Map<number, T>();
  let last = 0;
  return {
    add(value) {
      values.set(++last, value);
      return last;
    },
    at(name) {
      const value = values.get(Number(name));
      if (value === undefined) throw new Error(`${what} is gone`);
      return value;
    },
    dropOld() {
      if (values.size <= kept) return false;
      for (const name of values.keys()) if (name <= last - kept) values.delete(name);
      return true;
    },
  };
}
