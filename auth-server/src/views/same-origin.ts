/** Forms are taken from this server's own pages only. The cookies are SameSite=Lax already; this holds where a browser does not keep to it. */
import type { NextFunction, Request, Response } from 'express';
import type { Config } from '../config.ts';

/** Every browser sends `Origin` with a POST: a request without one is not a form of ours. */
export function sameOrigin({ origin }: Config) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.headers.origin !== origin || request.headers['sec-fetch-site'] === 'cross-site') {
      response.status(403).type('text').send('This form must be sent from its own page.');
      return;
    }
    next();
  };
}
