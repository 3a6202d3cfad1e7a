/**
 * What V8 compiled of the servers' modules is kept on disk for the next start, which takes half the processor time by it. What is read back is code:
 * it lies beside the code, in a folder that nobody else writes to. Node checks each entry against its source and this very Node, and drops what does not fit.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { FOLDER_MODE } from './private-files.ts';

/** The installation's, wherever the servers are started. */
export const COMPILED = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compile');
const WRITABLE_BY_OTHERS = 0o022;

/**
 * For modules that are loaded afterwards, by this process, its threads and those it starts: so an entry point imports the rest when this has returned. Whoever
 * runs the server may have named a folder of their own (`NODE_COMPILE_CACHE`) or none (`NODE_DISABLE_COMPILE_CACHE`). Where the folder can't be made, is
 * somebody else's or open to others, each start compiles anew; nothing is thrown.
 */
export function keepCompiled(folder = COMPILED): void {
  if (process.env.NODE_COMPILE_CACHE !== undefined || !isOwn(folder)) return;
  enableCompileCache(folder);
  process.env.NODE_COMPILE_CACHE = folder;
}

function isOwn(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
    const { uid, mode } = lstatSync(folder);
    return process.getuid === undefined || (uid === process.getuid() && (mode & WRITABLE_BY_OTHERS) === 0);
  } catch {
    return false;
  }
}
