/** The random name that an entry of the history has for the words that are looked for there (looked-for.ts). */
const NAME = /^looked for [\da-f-]{36}$/;

/** What an entry's state names; nothing else that goes with an entry passes. */
export const entryNamed = (state: unknown): string | undefined =>
  typeof state === 'string' && NAME.test(state) ? state : undefined;
