/**
 * The only requests this library makes by itself: a client's `jwks_uri`, which anybody may register. It is asked at public addresses only; JWKS_INTERNAL_HOSTS names hosts that an
 * administrator trusts inside the house. Whatever it does, or does not, costs nobody but that client: its name is looked up without a thread of the process, its answer has a
 * deadline and a length.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPublic, outwardLookup } from '@wellspring/serving/public-address';
import type { Config } from '../config.ts';

const TIMEOUT_MS = 5000;
export const LONGEST_JWKS = 64 * 1024;

export function createOutboundFetch({ JWKS_INTERNAL_HOSTS: trusted }: Config) {
  return async (url: string | URL, { headers }: RequestInit = {}): Promise<Response> => {
    const { hostname, protocol } = new URL(url);
    const isTrusted = trusted.includes(hostname);
    const address = hostname.replace(/[[\]]/g, '');
    if (!isTrusted && isIP(address) !== 0 && !isPublic(address))
      throw new Error('The address of the keys is not on the public internet.');
    const options = {
      headers: { ...Object.fromEntries(new Headers(headers)), 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(isTrusted ? {} : { lookup: outwardLookup(isPublic) }),
    };
    const answer = await new Promise<IncomingMessage>((done, fail) => {
      (protocol === 'https:' ? httpsRequest : httpRequest)(url, options, done).on('error', fail).end();
    });
    return responseOf(answer);
  };
}

/** Where an answer points on to is not followed. */
async function responseOf(answer: IncomingMessage): Promise<Response> {
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`The address of the keys answered ${answer.statusCode}.`);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_JWKS) throw new Error('The address of the keys answered too much.');
    parts.push(part);
  }
  // How long they may be kept.
  const { 'cache-control': cache, expires } = answer.headers;
  const headers = { ...(cache && { 'cache-control': cache }), ...(expires && { expires }) };
  return new Response(Buffer.concat(parts), { headers });
}
