/** Reads a request's body up to a limit; the rest of a longer one is never buffered. */
import { createGunzip } from 'node:zlib';
import { FhirError, invalid, tooLarge, unsupportedMediaType } from '@wellspring/profiles';
import { mayTakeItsTime } from '@wellspring/serving/request-deadline';
import { type JsonLimits, jsonInSteps } from '../repository/text/read-json.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import type { HttpRequest } from './http.ts';
import { NDJSON } from './negotiate.ts';

/** 413 over the limit (said before reading where Content-Length tells it), which holds for what a compressed body grows to. */
export async function readBytes(request: HttpRequest, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await eachChunk(request, limit, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

async function eachChunk(request: HttpRequest, limit: number, take: (chunk: Buffer) => void): Promise<void> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLarge(`The body may have ${limit} bytes at most.`);
  const isGzip = isCompressed(request);
  if (declared > 0 && !isGzip) return declaredChunks(request, take);
  const source = unpackedBody(request);
  let size = 0;
  try {
    for await (const chunk of source) {
      size += (chunk as Buffer).length;
      if (size > limit) throw tooLarge(`The body may have ${limit} bytes at most.`);
      take(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof FhirError) throw error;
    if (isBrokenOff(request)) throw brokenOff();
    if (!isGzip) throw error;
    throw invalid('The body is not gzip.');
  }
}

/** Whoever sent it is gone, or sends nothing more: no fault of this server, though all of it may have come before it was read. */
const isBrokenOff = (request: HttpRequest): boolean => request.destroyed && !request.readableEnded;
const brokenOff = (): FhirError => invalid('The body broke off.');

/** Most bodies, of which Node lets no more in than was declared: by their events, for an iterator over a stream costs as much as parsing two kilobytes (docs/PERFORMANCE.md). */
function declaredChunks(request: HttpRequest, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (request.destroyed) return reject(brokenOff());
    request.on('data', (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        reject(error);
      }
    });
    request.once('end', resolve);
    request.once('error', () => reject(brokenOff()));
    request.once('close', () => reject(brokenOff()));
  });
}

function isCompressed({ headers }: HttpRequest): boolean {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw unsupportedMediaType('A body may be compressed with gzip, or not at all.');
  return encoding === 'gzip';
}

export const isNdjson = ({ headers }: HttpRequest): boolean =>
  NDJSON.has((headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '');

/** What is handed up may take its time, as long as so much comes: populations are gigabytes, and lines are slow. */
const UPLOAD = { bytes: 65_536, ms: 120_000 };

/** For bodies that are too long to be held: whoever reads it counts. Its time begins when it is read. */
export function readUpload(request: HttpRequest): AsyncIterable<Uint8Array> {
  const unpacked = unpackedBody(request);
  return {
    [Symbol.asyncIterator]() {
      mayTakeItsTime(request, UPLOAD);
      return unpacked[Symbol.asyncIterator]();
    },
  };
}

/** Where the request breaks off it fails: `pipe` alone would wait for ever. Not by `pipeline` (operations/bulk/gunzipped.ts), which would close the request, and with it the answer to a broken one. */
function unpackedBody(request: HttpRequest): AsyncIterable<Uint8Array> {
  if (!isCompressed(request)) return request;
  const unpacked = createGunzip();
  request.on('error', (error) => unpacked.destroy(error));
  request.on('aborted', () => unpacked.destroy(new Error('the request broke off')));
  return request.pipe(unpacked);
}

const ALL_AT_ONCE = new TextDecoder('utf-8', { fatal: true });

/** Decoded as it comes: a long body in one piece would hold the others up. What comes in one piece is short. */
export async function readText(request: HttpRequest, limit: number): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const parts: string[] = [];
  const decode = (chunk?: Buffer): void => {
    try {
      if (chunk?.length === declared && !isCompressed(request)) parts.push(ALL_AT_ONCE.decode(chunk));
      else {
        decoder ??= new TextDecoder('utf-8', { fatal: true });
        parts.push(decoder.decode(chunk, { stream: chunk !== undefined }));
      }
    } catch {
      throw invalid('The body is not UTF-8.');
    }
  };
  await eachChunk(request, limit, decode);
  if (decoder) decode();
  return parts.join('');
}

export interface BodyLimits extends JsonLimits {
  readonly bytes: number;
}

/** 400 with the place where the JSON breaks. */
export async function readJson(request: HttpRequest, limits: BodyLimits): Promise<unknown> {
  return jsonInSteps(await readText(request, limits.bytes), limits);
}

/** A body that is no object is no resource. */
export async function readResource(request: HttpRequest, limits: BodyLimits): Promise<ResourceJson> {
  const value = await readJson(request, limits);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The body must be a resource: a JSON object.');
  }
  return value as ResourceJson;
}
