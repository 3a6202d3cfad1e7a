/** Compares the index rows of one resource with the entries it should have: for `npm run verify`. */
import type { IndexEntries } from '../../search/index-entry.ts';
import type { Connection } from './connection.ts';
import { idxKeys, sortValues } from './index-rows.ts';
import { isTextParam, linkParam } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { allText } from './match-text.ts';
import { ownersText, presentText } from './write.ts';

interface Row {
  readonly rid: number;
  readonly d: number;
  readonly last_updated: number;
  readonly present: string;
  readonly sort: string;
  readonly owners: string;
}

/** False too where there is no live version. */
export function isIndexed(
  connection: Connection,
  keys: Keys,
  type: string,
  id: string,
  entries: IndexEntries,
): boolean {
  const row = connection
    .statement(
      'SELECT rid, d, last_updated, present, sort, owners FROM resource WHERE type = ? AND id = ? AND deleted = 0',
    )
    .get(type, id) as Row | undefined;
  if (!row || row.d !== (entries.mainDate ?? row.last_updated)) return false;
  if (row.present !== presentText({ entries }) || row.sort !== sortValues(entries)) return false;
  if (row.owners !== ownersText({ entries })) return false;
  return (
    hasKeys(connection, keys, type, row, entries) &&
    hasReferences(connection, keys, type, row, entries) &&
    hasValues(connection, keys, type, row.rid, entries) &&
    hasWords(connection, row.rid, entries)
  );
}

function hasKeys(
  connection: Connection,
  keys: Keys,
  type: string,
  { d, rid }: Row,
  entries: IndexEntries,
): boolean {
  const ofToken = (...[of, param, system, code]: Parameters<Keys['internToken']>): number | undefined => {
    const [k] = keys.findTokens(of, param, system, code);
    return k !== undefined && keys.findTokens(of, param, undefined, code).includes(k) ? k : undefined;
  };
  const wanted = idxKeys({ of: keys.find, ofToken }, type, entries);
  const probe = connection.statement('SELECT 1 AS yes FROM idx WHERE k = ? AND d = ? AND rid = ?');
  for (const k of wanted) if (k === undefined || !probe.get(k, d, rid)) return false;
  return true;
}

function hasReferences(
  connection: Connection,
  keys: Keys,
  type: string,
  { d, rid }: Row,
  entries: IndexEntries,
): boolean {
  const probe = connection.statement('SELECT 1 AS yes FROM ref WHERE tk = ? AND p = ? AND d = ? AND rid = ?');
  return entries.references.every(({ param, target }) => {
    const [tk, p] = [keys.findTarget(target), keys.findParam(`${type}.${param}`)];
    return tk !== undefined && p !== undefined && probe.get(tk, p, d, rid) !== undefined;
  });
}

/** The rows of dates, numbers and texts, as sorted lists: none missing, none too many. */
function hasValues(
  connection: Connection,
  keys: Keys,
  type: string,
  rid: number,
  entries: IndexEntries,
): boolean {
  const p = (param: string): number => keys.findParam(`${type}.${param}`) ?? -1;
  const plain = entries.strings.filter(({ param }) => !isTextParam(param));
  const wanted = {
    dat: entries.dates.map(({ param, low, high }) => [p(param), low, high]),
    num: [
      ...entries.numbers.map(({ param, low, high }) => [p(param), low, high, '', '', '']),
      ...entries.quantities.map(({ param, low, high, system, code, unit }) => [
        p(param),
        low,
        high,
        system,
        code,
        unit,
      ]),
    ],
    str: [
      ...plain.map(({ param, text, exact }) => [p(param), text, exact]),
      ...entries.uris.map(({ param, uri }) => [p(param), uri, uri]),
      ...entries.links.map(({ by, target }) => [keys.findParam(linkParam(type, by)) ?? -1, target, target]),
    ],
  };
  const columns = { dat: 'p, low, high', num: 'p, low, high, system, code, unit', str: 'p, text, exact' };
  return (['dat', 'num', 'str'] as const).every((table) => {
    const stored = connection.rows(`SELECT ${columns[table]} FROM ${table} WHERE rid = ?`, [rid]);
    return same(stored, wanted[table]);
  });
}

function same(stored: readonly (readonly unknown[])[], wanted: readonly (readonly unknown[])[]): boolean {
  const spell = (rows: readonly (readonly unknown[])[]): string[] =>
    [...new Set(rows.map((row) => row.map(String).join('\u0001')))].sort();
  const [a, b] = [spell(stored), spell(wanted)];
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function hasWords(connection: Connection, rid: number, { words }: IndexEntries): boolean {
  return (['text', 'content'] as const).every((of) => {
    if (words[of].length === 0) return true;
    const match = allText(of, words[of]);
    return (
      connection.statement('SELECT 1 AS yes FROM words WHERE words MATCH ? AND rowid = ?').get(match, rid) !==
      undefined
    );
  });
}
