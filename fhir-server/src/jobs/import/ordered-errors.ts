/** The errors of an import as they are handed out: in the order of the files that were asked for and of their lines, in whatever order they were found. */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Grown } from '../../operations/bulk/import-order.ts';
import { readGrown, writeCompressed } from './growing-file.ts';
import { originOf } from './incoming.ts';
import { linesOf } from './read-lines.ts';

/** Where the errors lie in their file, and in which order they are told: three numbers for each, however long they are. */
interface Places {
  /** Of the first byte of each, and of what comes after the last. */
  readonly starts: readonly number[];
  readonly order: Uint32Array;
}

/** More lines than a file can have here. */
const MOST_LINES = 2 ** 40;
/** What stands together already is read together. */
const MOST_READ = 1_000_000;

/** Compressed, as `target` in the folder. `names`: of the inputs, in their order. */
export async function writeOrderedErrors(
  folder: string,
  errors: Grown,
  names: readonly string[],
  target: string,
): Promise<void> {
  const places = await placesOf(readGrown(folder, errors), names);
  const file = await open(join(folder, errors.name), 'r');
  try {
    await writeCompressed(Readable.from(inOrder(file, places)), join(folder, target));
  } finally {
    await file.close();
  }
}

async function placesOf(errors: AsyncIterable<Buffer>, names: readonly string[]): Promise<Places> {
  const indexes = new Map(names.map((name, index) => [name, index]));
  const starts = [0];
  const ranks: number[] = [];
  let at = 0;
  for await (const { text } of linesOf(errors, 0, Number.POSITIVE_INFINITY)) {
    const { input, number } = originOf(text);
    ranks.push((indexes.get(input) ?? names.length) * MOST_LINES + number);
    at += Buffer.byteLength(text) + 1;
    starts.push(at);
  }
  const rank = (index: number): number => ranks[index] as number;
  const order = Uint32Array.from(ranks.keys()).sort((a, b) => rank(a) - rank(b) || a - b);
  return { starts, order };
}

async function* inOrder(file: FileHandle, { starts, order }: Places): AsyncGenerator<Buffer> {
  const start = (index: number): number => starts[index] as number;
  for (let from = 0; from < order.length; ) {
    const first = order[from] as number;
    let count = 1;
    while (order[from + count] === first + count && start(first + count + 1) - start(first) <= MOST_READ)
      count += 1;
    const part = Buffer.alloc(start(first + count) - start(first));
    await file.read(part, 0, part.length, start(first));
    yield part;
    from += count;
  }
}
