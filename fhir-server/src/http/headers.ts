/** Headers of every response: no caching of health data by anybody between, no sniffing, CORS for browser apps. */
import type { NextFunction, Request, Response } from 'express';

const EXPOSED =
  'ETag, Location, Content-Location, Last-Modified, X-Request-Id, Retry-After, WWW-Authenticate, Expires, X-Progress, X-Export-Status, Preference-Applied, Accept-Ranges, Content-Range';
const REQUESTED =
  'Authorization, Content-Type, Content-Encoding, Accept, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, If-None-Exist, Prefer, X-Request-Id, X-Provenance, X-Security-Context';
/** Names of headers, and not more of them than a request can have. */
const ASKED = /^[\w-]{1,64}(?:\s*,\s*[\w-]{1,64}){0,63}$/;
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * Written with the status line in one go: setHeader for each would cost a fifth of a read. Any origin may ask: a bearer token is the key
 * here, never a cookie, so a foreign page can do no more than its own server could (SMART App Launch 2.2, "CORS support").
 */
export const commonHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': EXPOSED,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
});

/**
 * The headers that a preflight asks for are allowed as they are: caches, tracing and frameworks add theirs (Cache-Control, Pragma, traceparent, X-Requested-With, …), and
 * none of them means anything here that a page could not do otherwise. `*` would leave Authorization out.
 */
function allowedHeaders(request: Request): string {
  const asked = request.headers['access-control-request-headers'];
  return typeof asked === 'string' && ASKED.test(asked.trim()) ? asked : REQUESTED;
}

/** CORS preflight. */
export function answerOptions(request: Request, response: Response, next: NextFunction): void {
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.writeHead(204, {
    ...commonHeaders,
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': allowedHeaders(request),
    Vary: 'Access-Control-Request-Headers',
    'Access-Control-Max-Age': '600',
  });
  response.end();
}
