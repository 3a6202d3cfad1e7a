/** Writes and removes the index rows of one resource. */
import type { IndexEntries } from '../../search/index-entry.ts';
import type { Connection } from './connection.ts';
import type { KeyRows } from './key-rows.ts';
import {
  hasOwnedKey,
  isTextParam,
  linkParam,
  ownedTokenKey,
  ownerKey,
  textKey,
  typeKey,
} from './key-texts.ts';
import type { Keys } from './keys.ts';
import { wordsText } from './match-text.ts';

/** Where a resource's rows are: `rid` and the date inside its keys. */
export interface RowPlace {
  readonly type: string;
  readonly rid: number;
  readonly d: number;
}

export interface RowWriter {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly keyRows: KeyRows;
}

/**
 * Writes all rows, those of `idx` when `keyRows` are written, and returns the packed keys (count of idx keys, the keys, then pairs of target and parameter), by which the rows are
 * found again when the resource changes.
 */
export function writeIndexRows(
  { connection, keys, keyRows }: RowWriter,
  place: RowPlace,
  entries: IndexEntries,
): Uint8Array {
  const { type, rid, d } = place;
  const own = idxKeys({ of: keys.intern, ofToken: keys.internToken }, type, entries);
  for (const k of own) keyRows.add(k, d, rid);
  const packed: number[] = [own.size, ...own];
  const insertReference = connection.statement(
    'INSERT OR IGNORE INTO ref (tk, p, d, rid) VALUES (?, ?, ?, ?)',
  );
  for (const { param, target } of entries.references) {
    const tk = keys.internTarget(target);
    const p = keys.param(`${type}.${param}`);
    insertReference.run(tk, p, d, rid);
    packed.push(tk, p);
  }
  writeValueRows(connection, keys, place, entries);
  const { text, content } = entries.words;
  if (content.length > 0 || text.length > 0) {
    connection
      .statement('INSERT INTO words (rowid, text, content) VALUES (?, ?, ?)')
      .run(rid, wordsText(text), wordsText(content));
  }
  return new Uint8Array(Float64Array.from(packed).buffer);
}

/** How the numbers of texts and of tokens are had. */
export interface Numbers<T> {
  of(text: string): T;
  ofToken(type: string, param: string, system: string, code: string): T;
}

/** Every key a resource stands under. A code in any system has none of its own: it is found by its tokens' (Keys.findTokens), for each key is a row of every resource. */
export function idxKeys<T>({ of, ofToken }: Numbers<T>, type: string, entries: IndexEntries): Set<T> {
  const found = new Set<T>([of(typeKey(type))]);
  for (const owner of entries.owners) found.add(of(ownerKey(type, owner)));
  for (const { param, system, code } of entries.tokens) {
    found.add(ofToken(type, param, system, code));
    if (!hasOwnedKey(param)) continue;
    for (const owner of entries.owners) found.add(of(ownedTokenKey(type, owner, param, system, code)));
  }
  for (const { param, text } of entries.strings) {
    if (isTextParam(param)) found.add(of(textKey(type, param, text)));
  }
  return found;
}

function writeValueRows(connection: Connection, keys: Keys, place: RowPlace, entries: IndexEntries): void {
  const { type, rid } = place;
  const insertDate = connection.statement(
    'INSERT OR IGNORE INTO dat (rid, p, low, high) VALUES (?, ?, ?, ?)',
  );
  for (const { param, low, high } of entries.dates) {
    insertDate.run(rid, keys.param(`${type}.${param}`), low, high);
  }
  const insertNumber = connection.statement(
    'INSERT OR IGNORE INTO num (rid, p, low, high, system, code, unit) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const { param, low, high } of entries.numbers) {
    insertNumber.run(rid, keys.param(`${type}.${param}`), low, high, '', '', '');
  }
  for (const { param, low, high, system, code, unit } of entries.quantities) {
    insertNumber.run(rid, keys.param(`${type}.${param}`), low, high, system, code, unit);
  }
  const insertString = connection.statement(
    'INSERT OR IGNORE INTO str (rid, p, text, exact) VALUES (?, ?, ?, ?)',
  );
  for (const { param, text, exact } of entries.strings) {
    if (!isTextParam(param)) insertString.run(rid, keys.param(`${type}.${param}`), text, exact);
  }
  for (const { param, uri } of entries.uris) {
    insertString.run(rid, keys.param(`${type}.${param}`), uri, uri);
  }
  for (const { by, target } of entries.links) {
    insertString.run(rid, keys.param(linkParam(type, by)), target, target);
  }
}

/** Removes every row that writeIndexRows wrote; `keyRows` must be written. */
export function removeIndexRows(
  connection: Connection,
  place: Omit<RowPlace, 'type'>,
  packed: Uint8Array,
): void {
  const { rid, d } = place;
  const numbers = new Float64Array(packed.slice().buffer);
  const count = numbers[0] ?? 0;
  const removeKey = connection.statement('DELETE FROM idx WHERE k = ? AND d = ? AND rid = ?');
  for (let i = 1; i <= count; i++) removeKey.run(numbers[i] as number, d, rid);
  const removeReference = connection.statement(
    'DELETE FROM ref WHERE tk = ? AND p = ? AND d = ? AND rid = ?',
  );
  for (let i = count + 1; i < numbers.length; i += 2) {
    removeReference.run(numbers[i] as number, numbers[i + 1] as number, d, rid);
  }
  for (const table of ['dat', 'num', 'str'])
    connection.statement(`DELETE FROM ${table} WHERE rid = ?`).run(rid);
  connection.statement('DELETE FROM words WHERE rowid = ?').run(rid);
}

/** Sort values that no index row gives by resource: the least and greatest code of each token, target of each reference, uri. */
export function sortValues(entries: IndexEntries): string {
  const values: Record<string, [string, string]> = {};
  for (const { param, code } of entries.tokens) if (!/[:$#]/.test(param)) widen(values, param, code);
  for (const { param, target } of entries.references) if (!/[$#]/.test(param)) widen(values, param, target);
  return JSON.stringify(values);
}

function widen(values: Record<string, [string, string]>, param: string, text: string): void {
  const pair = values[param];
  if (!pair) values[param] = [text, text];
  else if (text < pair[0]) pair[0] = text;
  else if (text > pair[1]) pair[1] = text;
}
