/** Lines of a compressed NDJSON file, with their numbers. One that is too long, or no UTF-8, is told and passed over. */
import { createReadStream } from 'node:fs';
import { gunzipped } from '../../operations/bulk/gunzipped.ts';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** What is wrong with it as a line. */
  readonly fault?: string;
}

const NEWLINE = 10;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Of a compressed file. `skip`: lines that are not given. Empty ones never are. */
export const readLines = (path: string, skip: number, most: number): AsyncGenerator<Line> =>
  linesOf(gunzipped(createReadStream(path)) as AsyncIterable<Buffer>, skip, most);

export async function* linesOf(
  bytes: AsyncIterable<Buffer>,
  skip: number,
  most: number,
): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let size = 0;
  const end = (): Line | undefined => {
    number += 1;
    const [whole, length] = [size > most ? undefined : Buffer.concat(parts), size];
    parts = [];
    size = 0;
    return number <= skip || length === 0 ? undefined : lineOf(number, whole, most);
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at));
      from = at + 1;
      const line = end();
      if (line) yield line;
    }
    keep(chunk.subarray(from));
  }
  const last = size > 0 ? end() : undefined;
  if (last) yield last;

  function keep(part: Buffer): void {
    size += part.length;
    if (size <= most && number >= skip) parts.push(part);
    else if (size > most) parts = [];
  }
}

function lineOf(number: number, bytes: Buffer | undefined, most: number): Line | undefined {
  if (!bytes) return { number, text: '', fault: `The line is longer than ${most} bytes.` };
  try {
    const text = UTF8.decode(bytes).trim();
    return text === '' ? undefined : { number, text };
  } catch {
    return { number, text: '', fault: 'The line is not UTF-8.' };
  }
}
