/** Interned keys: a text ↔ an integer that is unique to it, given out in order. */
import type { Connection } from './connection.ts';
import type { KeptConditions } from './kept-conditions.ts';
import { codeName, codeNames, codePrefix, targetKey, tokenKey } from './key-texts.ts';
import type { AskLinked } from './link-questions.ts';
import type { OwnerAnswers } from './owner-answers.ts';
import { LIMIT, type SqlValue } from './sql.ts';
import { askToGoOn } from './stop-sign.ts';

const MAX_CACHED = 100_000;
const MAX_CODES = 1000;

export interface Keys {
  /** The key of a text, made when it is new. Inside a write transaction only. */
  intern(text: string): number;
  /** The key of a text, or undefined when nothing was ever stored under it. */
  find(text: string): number | undefined;
  /** The key of a token ('' = no system), made when it is new (write transactions only). */
  internToken(type: string, param: string, system: string, code: string): number;
  /** The keys of a token; of all systems when `system` is undefined. None: nothing was ever stored under it. */
  findTokens(type: string, param: string, system: string | undefined, code: string): readonly number[];
  /** What references to `Type/id`, or to a URL, stand under; made when it is new (write transactions only). */
  internTarget(target: string): number;
  findTarget(target: string): number | undefined;
  /** The small integer of `Type.param`; made when new (write transactions only). */
  param(name: string): number;
  findParam(name: string): number | undefined;
  /** Many keys, by a number that SQL's `any_key` knows them by (key-sets.ts). */
  setOf(keys: Iterable<number>): number;
  /** A question about what a row is linked with, by a number that SQL's `link_passes` knows it by (link-questions.ts). */
  askLinked(ask: AskLinked): number;
  /** Asks a connection's statement whether it finds a row. */
  finds(text: string, values: readonly SqlValue[]): boolean;
  /** Resources that have a key, as many at most. */
  rowsOf(k: number, most: number): readonly number[];
  /** What is known of owners, where something may be known (connection.ts). */
  readonly owners: OwnerAnswers | undefined;
  /** Where something may be known. */
  readonly conditions: KeptConditions | undefined;
  /** ` AND …` that ends a statement which is told to stop, by the rows of the list that is walked; nothing where nobody can say so (stop-sign.ts). */
  goesOn(rid: string): string;
  /** At the begin of a write transaction: the first number that is free. */
  begin(next: number): void;
  /** The first number that is free now. */
  readonly next: number;
  /** Forgets what was learned since the last commit: after a rollback those rows are gone. */
  forgetUncommitted(): void;
  committed(): void;
}

export function createKeys(connection: Connection): Keys {
  const keys = new Map<string, number>();
  const params = new Map<string, number>();
  let fresh: string[] = [];
  let freshParams: string[] = [];
  let next = 0;
  let isWriting = false;

  function remember(text: string, k: number): number {
    if (keys.size >= MAX_CACHED) keys.clear();
    keys.set(text, k);
    return k;
  }

  const stored = (text: string): number | undefined =>
    (connection.statement('SELECT k FROM key WHERE text = ?').get(text) as { k: number } | undefined)?.k;

  /** By the resource itself, where it was there before anything referred to it. */
  function ofResource(target: string): number | undefined {
    const slash = target.indexOf('/');
    if (slash < 1) return undefined;
    const row = connection
      .statement('SELECT rk FROM resource WHERE type = ? AND id = ?')
      .get(target.slice(0, slash), target.slice(slash + 1)) as { rk: number } | undefined;
    return row?.rk;
  }

  function find(text: string): number | undefined {
    const known = keys.get(text);
    if (known !== undefined) return known;
    const k = stored(text);
    return k === undefined ? undefined : remember(text, k);
  }

  function make(text: string): number {
    connection.statement('INSERT INTO key (text, k) VALUES (?, ?)').run(text, next);
    fresh.push(text);
    next += 1;
    return remember(text, next - 1);
  }

  function findTarget(target: string): number | undefined {
    const text = targetKey(target);
    const k = find(text);
    if (k !== undefined) return k;
    const rk = ofResource(target);
    if (rk === undefined) return undefined;
    // Of a resource that this transaction makes: gone, when it is rolled back.
    if (isWriting) fresh.push(text);
    return remember(text, rk);
  }

  function internToken(type: string, param: string, system: string, code: string): number {
    const text = tokenKey(type, param, system, code);
    const known = find(text);
    if (known !== undefined) return known;
    const k = make(text);
    connection
      .statement('INSERT INTO key (text, k) VALUES (?, ?)')
      .run(codeName(type, param, system, code), k);
    return k;
  }

  /** Another system may come with any commit. */
  function findCode(prefix: string): readonly number[] {
    const known = connection.known?.codes;
    const found = known?.get(prefix);
    if (found) return found;
    const rows = connection.rows('SELECT k FROM key WHERE text >= ? AND text < ?', codeNames(prefix));
    const ks = rows.map(([k]) => Number(k));
    if (known && known.size >= MAX_CODES) known.clear();
    known?.set(prefix, ks);
    return ks;
  }

  function findTokens(
    type: string,
    param: string,
    system: string | undefined,
    code: string,
  ): readonly number[] {
    if (system === undefined) return findCode(codePrefix(type, param, code));
    const k = find(tokenKey(type, param, system, code));
    return k === undefined ? [] : [k];
  }

  function findParam(name: string): number | undefined {
    const known = params.get(name);
    if (known !== undefined) return known;
    const row = connection.statement('SELECT p FROM param WHERE name = ?').get(name) as
      | { p: number }
      | undefined;
    if (row) params.set(name, row.p);
    return row?.p;
  }

  return {
    finds: (text, values) => connection.rows(text, values).length > 0,
    rowsOf: (k, most) =>
      connection.rows(`SELECT rid FROM idx WHERE k = ? ${LIMIT}`, [k, most]).map(([rid]) => Number(rid)),
    get owners() {
      return connection.known?.owners;
    },
    get conditions() {
      return connection.known?.conditions;
    },
    goesOn: (rid) => (connection.mayBeStopped ? askToGoOn(rid) : ''),
    askLinked: (ask) => connection.linkQuestions.add(ask),
    setOf: (wanted) => connection.keySets.add(wanted),
    find,
    findTokens,
    internToken,
    findTarget,
    findParam,
    intern: (text) => find(text) ?? make(text),
    internTarget: (target) => findTarget(target) ?? make(targetKey(target)),
    param(name) {
      const known = findParam(name);
      if (known !== undefined) return known;
      const { p } = connection.statement('INSERT INTO param (name) VALUES (?) RETURNING p').get(name) as {
        p: number;
      };
      params.set(name, p);
      freshParams.push(name);
      return p;
    },
    begin(first) {
      isWriting = true;
      next = first;
    },
    get next() {
      return next;
    },
    forgetUncommitted() {
      for (const text of fresh) keys.delete(text);
      for (const name of freshParams) params.delete(name);
      fresh = [];
      freshParams = [];
    },
    committed() {
      fresh = [];
      freshParams = [];
    },
  };
}
