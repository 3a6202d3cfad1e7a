import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Unpacks a stream, and ends as it does: where the source breaks off it fails (`pipe` alone would wait for ever), where nobody reads on the source is closed. */
export function gunzipped(source: Readable): Readable {
  // How it ended is told to whoever reads.
  return pipeline(source, createGunzip(), () => undefined);
}
