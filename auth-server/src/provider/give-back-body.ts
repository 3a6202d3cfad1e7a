/**
 * The library reads bodies by itself. Where a body had to be looked at, or changed, before, it is given back to be read again: handing over a parsed one
 * works as well, but the library warns of it at each start.
 */
import { Readable } from 'node:stream';
import type { Request } from 'express';

export function giveBackBody(request: Request, text: string): void {
  const bytes = Buffer.from(text);
  request.headers['content-length'] = String(bytes.length);
  request.body = undefined;
  Object.defineProperties(request, {
    readable: { value: true },
    readableEncoding: { value: null },
    iterator: { value: () => Readable.from([bytes]).iterator() },
  });
}
