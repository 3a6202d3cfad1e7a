/** Interned keys: a text ↔ a 52-bit integer that is unique to it. Equal integers mean equal texts, whatever the hash does. */
import type { Connection } from './connection.ts';
import { codeKey, tokenKey } from './key-texts.ts';

const MAX_CACHED = 200_000;

export interface Keys {
  /** The key of a text, made when it is new. Inside a write transaction only. `ranged` texts can also be found by prefix. */
  intern(text: string, ranged?: boolean): number;
  /** The key of a text, or undefined when nothing was ever stored under it. */
  find(text: string): number | undefined;
  /** The small integer of `Type.param`; made when new (write transactions only). */
  param(name: string): number;
  findParam(name: string): number | undefined;
  /** Forgets what was learned since the last commit: after a rollback those rows are gone. */
  forgetUncommitted(): void;
  committed(): void;
}

export function createKeys(connection: Connection): Keys {
  const keys = new Map<string, number>();
  const params = new Map<string, number>();
  let freshKeys: string[] = [];
  let freshParams: string[] = [];

  function remember(text: string, k: number): number {
    if (keys.size >= MAX_CACHED) keys.clear();
    keys.set(text, k);
    return k;
  }

  function probe(text: string): { k: number; found: boolean } {
    let k = hash52(text);
    for (;;) {
      const row = connection.statement('SELECT text FROM key WHERE k = ?').get(k) as
        | { text: string }
        | undefined;
      if (!row) return { k, found: false };
      if (row.text === text) return { k, found: true };
      k += 1;
    }
  }

  return {
    intern(text, ranged = false) {
      const known = keys.get(text);
      if (known !== undefined) return known;
      const { k, found } = probe(text);
      if (!found) {
        connection
          .statement('INSERT INTO key (k, text, ranged) VALUES (?, ?, ?)')
          .run(k, text, ranged ? 1 : 0);
        freshKeys.push(text);
      }
      return remember(text, k);
    },
    find(text) {
      const known = keys.get(text);
      if (known !== undefined) return known;
      const { k, found } = probe(text);
      return found ? remember(text, k) : undefined;
    },
    param(name) {
      const known = this.findParam(name);
      if (known !== undefined) return known;
      const row = connection.statement('INSERT INTO param (name) VALUES (?) RETURNING p').get(name) as {
        p: number;
      };
      params.set(name, row.p);
      freshParams.push(name);
      return row.p;
    },
    findParam(name) {
      const known = params.get(name);
      if (known !== undefined) return known;
      const row = connection.statement('SELECT p FROM param WHERE name = ?').get(name) as
        | { p: number }
        | undefined;
      if (row) params.set(name, row.p);
      return row?.p;
    },
    forgetUncommitted() {
      for (const text of freshKeys) keys.delete(text);
      for (const name of freshParams) params.delete(name);
      freshKeys = [];
      freshParams = [];
    },
    committed() {
      freshKeys = [];
      freshParams = [];
    },
  };
}

/** The key of a token with a code; any system when `system` is undefined. */
export function findToken(
  keys: Keys,
  type: string,
  param: string,
  system: string | undefined,
  code: string,
): number | undefined {
  return keys.find(system === undefined ? codeKey(type, param, code) : tokenKey(type, param, system, code));
}

/** A 52-bit hash (two 32-bit multiply-xor lanes): cheap, well spread; exactness comes from the probing above. */
export function hash52(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (1048575 & b) + (a >>> 0);
}
