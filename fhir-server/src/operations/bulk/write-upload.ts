/** What is handed up goes to the disk as it comes, compressed: nothing of it is held. */
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { FhirError, invalid, tooLarge } from '@wellspring/profiles';

/** Errors: 400 where it breaks off, 413 beyond `most` bytes. */
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
    await pipeline(Readable.from(upload), counted, createGzip({ level: 1 }), target);
  } catch (error) {
    if (error instanceof FhirError) throw error;
    throw invalid('The file did not arrive whole, or is not what its Content-Encoding says.');
  }
}
