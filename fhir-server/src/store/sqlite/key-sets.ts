/**
 * `any_key(keys, set)` and `any_target(keys, set, parameter)` in SQL: whether a row has one of many keys, or refers to one of many. Asking the index for each of n keys costs every row n look-ups, which over the rows that n
 * codes find grows with n²; a row's own keys are a handful, however many are asked for.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createNamed } from './named.ts';

export interface KeySets {
  /** The number by which SQL names the set. */
  add(keys: Iterable<number>): number;
  /** As of what is named (named.ts). */
  dropOld(): boolean;
}

export function createKeySets(db: DatabaseSync): KeySets {
  const sets = createNamed<ReadonlySet<number>>('the set of keys');
  // Packed by writeIndexRows: a count, as many keys, then pairs of target and parameter.
  db.function('any_key', { deterministic: true }, (packed, name) => {
    const set = sets.at(name);
    const { view, count } = opened(packed as Uint8Array);
    for (let i = 1; i <= count; i++) if (set.has(view.getFloat64(i * 8, true))) return 1;
    return 0;
  });
  db.function('any_target', { deterministic: true }, (packed, name, param) => {
    const set = sets.at(name);
    const { view, count } = opened(packed as Uint8Array);
    for (let at = (count + 1) * 8; at < view.byteLength; at += 16)
      if (view.getFloat64(at + 8, true) === param && set.has(view.getFloat64(at, true))) return 1;
    return 0;
  });
  return { add: (keys) => sets.add(new Set(keys)), dropOld: sets.dropOld };
}

function opened(bytes: Uint8Array): { view: DataView; count: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, count: bytes.length === 0 ? 0 : view.getFloat64(0, true) };
}
