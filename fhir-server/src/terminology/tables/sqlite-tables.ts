/** Code systems in SQLite files, one each, in a folder: written by the tool that loads them, read by a thread of each server process. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FOLDER_MODE } from '@wellspring/serving/private-files';
import { aboutFile, openSystemWriter } from './sqlite-file.ts';
import type { Answer, Call, END as ThreadEnd } from './sqlite-reader.ts';
import {
  type Loading,
  type SystemHead,
  type TableConcept,
  type TableSystem,
  type TerminologyTables,
  wordsOf,
} from './tables.ts';

const END = '.sqlite';
/** Beside the files, while one is written: `[id].loading` and what it is of. */
const LOADING = '.loading';
const HEAD = '.head.json';

export function openSqliteTables(folder: string): TerminologyTables {
  let thread: Worker | undefined;
  let asked = 0;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let known: { readonly changed: number; readonly systems: readonly TableSystem[] } | undefined;

  function started(): Worker {
    const worker = new Worker(new URL('./sqlite-reader.ts', import.meta.url), { workerData: { folder } });
    worker.unref();
    worker.on('message', ([number, result, error]: Answer) => {
      const one = waiting.get(number);
      waiting.delete(number);
      if (waiting.size === 0) worker.unref();
      if (error === undefined) one?.resolve(result);
      else one?.reject(new Error(error));
    });
    worker.on('error', (error) => {
      thread = undefined;
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
    });
    return worker;
  }

  function ask<T>(method: string, id: string, ...given: readonly unknown[]): Promise<T> {
    thread ??= started();
    thread.ref();
    asked += 1;
    const call: Call = [asked, method, id, ...given];
    const answer = new Promise<T>((resolve, reject) =>
      waiting.set(asked, { resolve: resolve as never, reject }),
    );
    thread.postMessage(call);
    return answer;
  }

  async function* pages(
    next: (after: string) => Promise<readonly string[]>,
  ): AsyncGenerator<readonly string[]> {
    let after: string | undefined = '';
    while (after !== undefined) {
      const page: readonly string[] = await next(after);
      if (page.length > 0) yield page;
      after = page.at(-1);
    }
  }

  async function systems(): Promise<readonly TableSystem[]> {
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (changed === undefined) return [];
    if (known?.changed !== changed) known = { changed, systems: await ask<TableSystem[]>('systems', '') };
    return known.systems;
  }

  return {
    systems,
    find: (id, codes) => ask<TableConcept[]>('find', id, codes),
    parents: (id, codes, by = 'parent') => ask<[string, string][]>('parents', id, codes, by),
    all: (id) => pages((after) => ask('all', id, after)),
    async *withProperty(id, name, values) {
      for (const value of values) yield* pages((after) => ask('withProperty', id, name, value, after));
    },
    hasProperty: (id, name) => ask<boolean>('hasProperty', id, name),
    async *withWords(id, words) {
      const query = words
        .flatMap(wordsOf)
        .map((word) => `"${word}"*`)
        .join(' AND ');
      let after = 0;
      while (query !== '') {
        const { codes, last } = await ask<{ codes: string[]; last: number }>('withWords', id, query, after);
        if (codes.length === 0) return;
        yield codes;
        after = last;
      }
    },
    async begin(head) {
      mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
      return beginIn(folder, head);
    },
    async remove(id) {
      const files = readdirSync(folder).filter(
        (name) => name === id + END || name.startsWith(id + LOADING) || name === id + HEAD,
      );
      for (const name of files) rmSync(join(folder, name), { force: true });
      return files.length > 0;
    },
    async close() {
      // One that ended by itself in the meantime has no exit to come: threadId is then -1.
      if (!thread || thread.threadId < 0) return;
      const gone = once(thread, 'exit');
      thread.ref();
      thread.postMessage('end' satisfies typeof ThreadEnd);
      await gone;
    },
  };
}

const isSame = (a: SystemHead, b: SystemHead): boolean => a.url === b.url && a.version === b.version;

function beginIn(folder: string, head: SystemHead): Loading {
  const unfinished = readdirSync(folder)
    .filter((name) => name.endsWith(HEAD))
    .find((name) => isSame(JSON.parse(readFileSync(join(folder, name), 'utf8')) as SystemHead, head));
  const id = unfinished?.slice(0, -HEAD.length) ?? randomBytes(6).toString('hex');
  writeFileSync(join(folder, id + HEAD), JSON.stringify(head), { mode: 0o600 });
  const path = join(folder, id + LOADING);
  const writer = openSystemWriter(path, head);
  return {
    position: writer.position,
    add: async (rows, position) => writer.add(rows, position),
    async finish() {
      const system = writer.finish(id);
      writer.close();
      const older = loadedIn(folder).filter((each) => isSame(each, head));
      renameSync(path, join(folder, id + END));
      rmSync(join(folder, id + HEAD));
      for (const each of older) rmSync(join(folder, each.id + END));
      return system;
    },
    stop: async () => writer.close(),
  };
}

function loadedIn(folder: string): TableSystem[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(END))
    .flatMap((name) => aboutFile(join(folder, name)) ?? []);
}
