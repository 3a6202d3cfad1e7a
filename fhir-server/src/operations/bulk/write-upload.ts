/** What is handed up goes to the disk as it comes, compressed: nothing of it is held. A gzip file is unpacked first, whatever the request calls it: no NDJSON begins like one. */
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { FhirError, invalid, tooLarge, unavailable } from '@wellspring/profiles';
import { gunzipped } from './gunzipped.ts';

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
const GZIP = Buffer.from([0x1f, 0x8b]);
/** What is done to the file that is written; a connection has others. */
const ON_DISK: ReadonlySet<string> = new Set(['open', 'write', 'fsync', 'close']);

/** Errors: 400 where it breaks off, 413 beyond `most` bytes, 503 where the disk does not take it. */
export async function writeUpload(
  upload: AsyncIterable<Uint8Array>,
  path: string,
  most: number,
): Promise<void> {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      done(size > most ? tooLarge(`A file may have ${most} bytes at most.`) : null, chunk);
    },
  });
  try {
    const target = createWriteStream(path, { mode: 0o600, flush: true });
    await pipeline(await unpacked(upload), counted, createGzip({ level: 1 }), target);
  } catch (error) {
    if (error instanceof FhirError) throw error;
    if (ON_DISK.has((error as NodeJS.ErrnoException).syscall ?? ''))
      throw unavailable('The file can not be kept now.', error);
    throw invalid('The file did not arrive whole, or is not what its Content-Encoding says.');
  }
}

async function unpacked(upload: AsyncIterable<Uint8Array>): Promise<Readable> {
  const chunks = upload[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = Readable.from(
    (async function* () {
      yield head;
      yield* { [Symbol.asyncIterator]: () => chunks };
    })(),
  );
  return head.subarray(0, GZIP.length).equals(GZIP) ? gunzipped(whole) : whole;
}
