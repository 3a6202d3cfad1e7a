/** What somebody typed into a form over what is on record, and over which words: so that what changes there meanwhile is seen, and nothing is put in its place unseen. */

export interface Changes<T> {
  readonly typed: Partial<T>;
  /** What stood there when it was typed over, or when it was told that it is other now. */
  readonly over: Partial<T>;
}

export const UNTOUCHED = { typed: {}, over: {} };

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const keysOf = <T extends object>(of: Partial<T>): (keyof T & string)[] =>
  Object.keys(of) as (keyof T & string)[];

/** What is as on record again was not changed. */
export function changedBy<T extends object>(
  { typed, over }: Changes<T>,
  onRecord: T,
  next: Partial<T>,
): Changes<T> {
  const all = { ...typed, ...next };
  const changed = keysOf<T>(all).filter((key) => !isSame(all[key], onRecord[key]));
  const each = (of: (key: keyof T) => unknown) =>
    Object.fromEntries(changed.map((key) => [key, of(key)])) as Partial<T>;
  // What was typed and stands there by now was sent, though its answer never came: what is typed next is typed over it.
  const stood = (key: keyof T) =>
    (isSame(typed[key], onRecord[key]) ? onRecord : { ...onRecord, ...over })[key];
  return { typed: each((key) => all[key]), over: each(stood) };
}

/** What was typed over something that is other by now, and other than what was typed. */
export const changedMeanwhile = <T extends object>({ typed, over }: Changes<T>, onRecord: T) =>
  keysOf<T>(typed).filter((key) => ![over[key], typed[key]].some((each) => isSame(each, onRecord[key])));
