/** Which codes a token parameter has: the interned keys themselves, which lie in the order of their texts. Keys stay when what had them is gone. */
import type { StoredCode } from '../store.ts';
import type { Connection } from './connection.ts';
import { afterPrefix, partsOfToken, tokenPrefix } from './key-texts.ts';
import { LIMIT } from './sql.ts';

export function codesOf(
  connection: Connection,
  type: string,
  param: string,
  most: number,
): readonly StoredCode[] | undefined {
  const prefix = tokenPrefix(type, param);
  const rows = connection.rows(`SELECT text FROM key WHERE text >= ? AND text < ? ${LIMIT}`, [
    prefix,
    afterPrefix(prefix),
    most + 1,
  ]);
  if (rows.length > most) return undefined;
  return rows.map(([text]) => partsOfToken(String(text).slice(prefix.length)));
}
