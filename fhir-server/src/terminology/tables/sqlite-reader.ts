/** The thread that reads code systems' files: however long a look-up takes, the server's own thread goes on. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { aboutFile, openSystemFile, type SystemFile } from './sqlite-file.ts';
import type { TableSystem } from './tables.ts';

export type Call = readonly [number: number, method: string, id: string, ...given: readonly unknown[]];
/** Instead of a call: the thread ends by itself, between two of them. A thread that is torn down within SQLite may take the process with it. */
export const END = 'end';
export type Answer = readonly [number: number, result: unknown, error?: string];

const { folder } = workerData as { folder: string };
const open = new Map<string, SystemFile>();

function fileOf(id: string): SystemFile {
  const known = open.get(id) ?? openSystemFile(join(folder, `${id}.sqlite`));
  open.set(id, known);
  return known;
}

/** Those of the folder now; files that are gone are closed. */
function systems(): TableSystem[] {
  const ids = readdirSync(folder)
    .filter((name) => /^[\da-z-]+\.sqlite$/.test(name))
    .map((name) => name.slice(0, -'.sqlite'.length));
  for (const [id, file] of open)
    if (!ids.includes(id)) {
      file.close();
      open.delete(id);
    }
  return ids.flatMap((id) => readable(id) ?? []).sort((a, b) => b.loaded - a.loaded);
}

/** A file that is damaged takes no other with it. */
const readable = (id: string): TableSystem | undefined =>
  open.get(id)?.about() ?? aboutFile(join(folder, `${id}.sqlite`));

function answer([, method, id, ...given]: Call): unknown {
  if (method === 'systems') return systems();
  const file = fileOf(id) as unknown as Record<string, (...values: readonly unknown[]) => unknown>;
  return file[method]?.(...given);
}

parentPort?.on('message', (call: Call | typeof END) => {
  if (call === END) {
    for (const file of open.values()) file.close();
    parentPort?.close();
    return;
  }
  const [number] = call;
  try {
    parentPort?.postMessage([number, answer(call)] satisfies Answer);
  } catch (error) {
    parentPort?.postMessage([number, undefined, (error as Error).message] satisfies Answer);
  }
});
