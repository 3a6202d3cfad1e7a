/**
 * Browser apps at the endpoints of the issuer (SMART App Launch 2.2, "CORS support"): the token endpoint, revocation and introspection answer the origins of registered
 * apps, registration and metadata any. No cookie counts at any of them. Express answers an OPTIONS by itself where a router knows the path, without these headers.
 */
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { ClientMetadata } from 'oidc-provider';
import type { Storage } from '../storage/storage.ts';
import { listStoredClients, type OwnMembers } from './clients.ts';

export interface CrossOriginDependencies {
  /** Those that are not in the storage. */
  readonly clients: readonly ClientMetadata[];
  readonly storage: Storage;
  readonly now: () => number;
}

const OF_CLIENTS = ['/token', '/revoke', '/introspect'];
const REGISTRATION = '/register';
/** RFC 8414: what stands at the root of the origin. */
export const METADATA = '/.well-known/oauth-authorization-server';

const EXPOSED = 'WWW-Authenticate, Retry-After';
const MAX_AGE_SECONDS = '600';
/** How long it is remembered which apps have registered themselves. */
const REMEMBERED_MS = 2000;

type Client = Pick<OwnMembers, 'allowed_origins'> & {
  readonly redirect_uris?: readonly string[] | undefined;
};

/** Where the app's own pages are. An address that is no web page's has no origin: `null` is said by whoever has none. */
export function originsOf({ redirect_uris = [], allowed_origins = [] }: Client): string[] {
  const own = redirect_uris.flatMap((uri) =>
    /^https?:/i.test(uri) && URL.canParse(uri) ? new URL(uri).origin : [],
  );
  return [...own, ...allowed_origins];
}

/** To be mounted at the issuer's path, before everything that answers there. */
export function crossOrigin({ clients, storage, now }: CrossOriginDependencies): Router {
  const fixed = new Set(clients.flatMap(originsOf));
  let stored: ReadonlySet<string> = new Set();
  let readAt = Number.NEGATIVE_INFINITY;

  async function isRegistered(origin: string): Promise<boolean> {
    if (fixed.has(origin)) return true;
    if (now() - readAt > REMEMBERED_MS) {
      const apps = await listStoredClients(storage);
      stored = new Set(apps.filter(({ disabled }) => !disabled).flatMap(originsOf));
      readAt = now();
    }
    return stored.has(origin);
  }

  const router = Router();
  router.use(OF_CLIENTS, async (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    answer(
      request,
      response,
      next,
      origin !== undefined && (await isRegistered(origin)) ? origin : undefined,
      'POST',
    );
  });
  router.use(REGISTRATION, (request, response, next) => {
    answer(request, response, next, '*', 'POST, GET, PUT, DELETE');
  });
  return router;
}

/** The library says itself who may read its answers: whose app it is, it knows when it has read the request. */
export const leaveOriginToLibrary: RequestHandler = (request, response, next) => {
  if (OF_CLIENTS.includes(request.path)) {
    response.removeHeader('Access-Control-Allow-Origin');
    response.removeHeader('Access-Control-Expose-Headers');
  }
  next();
};

/** Any origin may read it. */
export const openToAll: RequestHandler = (request, response, next) => {
  answer(request, response, next, '*', 'GET, HEAD');
};

/** For one origin alone, whoever else asks. */
export function openTo(allowed: string, methods: string): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    answer(request, response, next, request.headers.origin === allowed ? allowed : undefined, methods);
  };
}

/** A preflight is answered here; anything else goes on, with the header that lets the app read what comes of it. */
function answer(
  request: Request,
  response: Response,
  next: NextFunction,
  origin: string | undefined,
  methods: string,
): void {
  if (origin !== undefined)
    response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED });
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
    next();
    return;
  }
  if (origin !== undefined) {
    const asked = request.headers['access-control-request-headers'];
    response.vary('Access-Control-Request-Headers');
    response.set({
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Max-Age': MAX_AGE_SECONDS,
      ...(asked && /^[\w\s,-]{1,1000}$/.test(asked) ? { 'Access-Control-Allow-Headers': asked } : {}),
    });
  }
  response.status(204).end();
}
