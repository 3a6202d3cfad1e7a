/**
 * Files that lie compressed on the disk, as streams: as they are to those who take gzip, unpacked on the way to others. A download that broke off goes on from
 * where it was (RFC 9110, section 14): a range is of what is sent, compressed or not, and each of the two has its own ETag.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { notSupported } from '@wellspring/profiles';
import type { FileReply } from '../interactions/request.ts';
import { takesGzip } from './compress.ts';
import { commonHeaders } from './headers.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

interface Part {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** `standsMs`: how often it is asked whether it may still be had. */
export async function sendFile(
  request: HttpRequest,
  response: HttpResponse,
  file: FileReply,
  standsMs: number,
): Promise<void> {
  const isGzip = takesGzip(request);
  const source = await open(file.path).catch(() => {
    throw notSupported('The file is not here.');
  });
  const bytes = file.bytes ?? (await source.stat()).size;
  const length = isGzip ? bytes : file.size;
  const etag = `"${basename(file.path, '.gz')}-${file.size}${isGzip ? '-gzip' : ''}"`;
  const part = partAsked(request, length, etag);
  const headers = {
    ...commonHeaders,
    'X-Request-Id': String(response.locals.requestId ?? ''),
    'Content-Type': file.contentType,
    'Accept-Ranges': 'bytes',
    ETag: etag,
    Vary: 'Accept-Encoding',
    ...(isGzip ? { 'Content-Encoding': 'gzip' } : {}),
  };
  if (part === 'none') {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${length}`, 'Content-Length': 0 }).end();
    return source.close();
  }
  const { from, to } = part ?? { from: 0, to: length };
  response.writeHead(part ? 206 : 200, {
    ...headers,
    'Content-Length': to - from,
    ...(part ? { 'Content-Range': `bytes ${from}-${to - 1}/${length}` } : {}),
  });
  if (request.method === 'HEAD' || to === from) {
    response.end();
    return source.close();
  }
  const watch = setInterval(() => void cutIfEnded(response, file), standsMs);
  try {
    const read = (start: number, end: number) =>
      createReadStream('', { fd: source, start, end: end - 1, highWaterMark: 262_144 });
    if (isGzip) await pipeline(read(from, to), response);
    else await pipeline(read(0, bytes), createGunzip(), slice(from, to), response);
  } catch {
    // Whoever was downloading has gone; or the file can't be read, which an answer that has begun can only say by breaking off.
    response.destroy();
  } finally {
    clearInterval(watch);
  }
}

/** Whoever reads slowly would have it for hours. What can't be said is a no: the rest can be asked for when it can. */
async function cutIfEnded(response: HttpResponse, { stands }: FileReply): Promise<void> {
  if (!(await stands().catch(() => false))) response.destroy();
}

/** One range; of several, and of what is no range, all is sent, as RFC 9110 allows. */
function partAsked({ headers }: HttpRequest, length: number, etag: string): Part | 'none' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '');
  const isOther = headers['if-range'] !== undefined && headers['if-range'] !== etag;
  if (!match || isOther) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
  return from < to ? { from, to } : 'none';
}

function slice(from: number, to: number): Transform {
  let at = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const [start, end] = [Math.max(0, from - at), Math.min(chunk.length, to - at)];
      at += chunk.length;
      done(null, start < end ? chunk.subarray(start, end) : undefined);
    },
  });
}
