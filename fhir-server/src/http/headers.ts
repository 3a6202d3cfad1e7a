/** Headers of every response: no caching of health data by anybody between, no sniffing, CORS for browser apps. */
import type { NextFunction, Request, Response } from 'express';

/** 304 has no body to describe. */
export const notModifiedHeaders = ['Content-Type', 'Content-Length'] as const;

const EXPOSED =
  'ETag, Location, Content-Location, Last-Modified, X-Request-Id, Retry-After, WWW-Authenticate';
const REQUESTED =
  'Authorization, Content-Type, Accept, If-Match, If-None-Match, If-Modified-Since, If-None-Exist, Prefer, X-Request-Id';
const METHODS = 'GET, HEAD, POST, PUT, DELETE, OPTIONS';

/**
 * Any origin may ask: a bearer token is the key here, never a cookie, so a foreign page can do no more than its own server could
 * (SMART App Launch 2.2, "CORS support").
 */
export function commonHeaders(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('Referrer-Policy', 'no-referrer');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.writeHead(204, {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': REQUESTED,
    'Access-Control-Max-Age': '600',
  });
  response.end();
}
