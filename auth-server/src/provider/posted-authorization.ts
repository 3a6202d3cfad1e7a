/**
 * `POST /authorize` (SMART capability `authorize-post`): the form is kept for a minute and the browser sent to GET with a handle. The library's own way
 * would need SameSite=None cookies, which plain http on a developer's machine can't have.
 */
import express, { type Request, type Response, Router } from 'express';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { digest, randomSecret } from '../crypto/secrets.ts';
import { type Limit, tooMany } from '../limits.ts';
import { artifact, type Storage } from '../storage/storage.ts';

const MODEL = 'PostedAuthorization';
const LIFE_MS = 60_000;
const HANDLE = '_post';

/** `limit`: forms of one address, each of which is kept for a minute. */
export function postedAuthorizations(storage: Storage, limit: Limit, now: () => number): Router {
  const router = Router();
  router.post(
    '/',
    express.text({ type: 'application/x-www-form-urlencoded', limit: '64kb' }),
    async (request: Request, response: Response) => {
      if (!(await limit.take(request.ip ?? '')))
        return tooMany(response, 'too many requests from this address');
      const form = typeof request.body === 'string' ? request.body : '';
      const handle = randomSecret();
      await storage.saveArtifact(artifact(MODEL, digest(handle), { form }, { expiresAt: now() + LIFE_MS }));
      response.set('Cache-Control', 'no-store').redirect(303, `${request.baseUrl}?${HANDLE}=${handle}`);
    },
  );
  return router;
}

/** The query that the request means: its own, or the form behind its handle. */
export async function authorizationQuery(ctx: KoaContextWithOIDC, storage: Storage): Promise<string> {
  const handle = new URLSearchParams(ctx.querystring).get(HANDLE);
  if (handle === null) return ctx.querystring;
  const found = await storage.findArtifact(MODEL, digest(handle));
  return typeof found?.payload.form === 'string' ? found.payload.form : '';
}
