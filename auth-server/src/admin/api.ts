/**
 * `{issuer}/administration`: what the care team's desk asks of this server for an administrator (decision 32). JSON under a bearer token, no cookie; refused by default.
 */
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { errors } from 'oidc-provider';
import { z } from 'zod';
import { createAddressLimit, createLimit, tooMany } from '../limits.ts';
import { openTo } from '../provider/cross-origin.ts';
import { ACCOUNT_ACTS, actOnAccount, findAccounts, viewAccount } from './accounts.ts';
import { type AdminContext, noteLookUp } from './actions.ts';
import { type AdministratorDependencies, administratorOf, FRESH_SECONDS } from './administrator.ts';
import { decideApp, listApps } from './apps.ts';

const MINUTE_MS = 60_000;
/** Of one person; and of one address, of whoever brings no token, before anything else is looked up. */
const REQUESTS_A_MINUTE = 120;
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/;

const reason = z.string().trim().min(1).max(500);
const decision = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('approve'), version: z.string(), reason: reason.optional() }),
  z.strictObject({ verdict: z.enum(['refuse', 'withdraw']), version: z.string(), reason }),
]);
const search = z.strictObject({ query: z.string().trim().min(2).max(254) });
const accountAct = z.strictObject({ act: z.enum(ACCOUNT_ACTS) });

export function administrationApi(dependencies: AdministratorDependencies): Router {
  const { config, storage, now, provider } = dependencies;
  const router = Router();
  const aMinute = { max: REQUESTS_A_MINUTE, windowMs: MINUTE_MS };
  const strangers = createAddressLimit(storage, now, { name: 'administration', ...aMinute });
  const persons = createLimit(storage, now, { name: 'administration of', ...aMinute });
  /** The clinic has one address: nobody on its network uses up what its administrators may ask. */
  async function isWithinLimit(request: Request): Promise<boolean> {
    const credential = bearerOf(request);
    const token = credential === undefined ? undefined : await provider.AccessToken.find(credential);
    return token?.isValid ? persons.take(String(token.accountId)) : strangers.take(request.ip ?? '');
  }
  const json = express.json({ limit: '16kb' });

  router.use(openTo(new URL(config.DESK_URL).origin, 'GET, POST'));
  router.use(async (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    if (await isWithinLimit(request)) return next();
    tooMany(response, 'too many requests');
  });
  router.use(requireAdministrator(dependencies));

  router.get('/apps', async (_request, response) => {
    response.json({ needs: response.locals.administrator.needs, apps: await listApps(storage) });
  });

  router.post('/apps/:id', requireFresh, json, async (request, response) => {
    const asked = bodyOf(decision, request, response);
    if (!asked) return;
    answer(
      response,
      'app',
      await decideApp(contextOf(response), { id: String(request.params.id), ...asked }),
    );
  });

  // Not by GET: whoever is looked for is in no address.
  router.post('/accounts', json, async (request, response) => {
    const asked = bodyOf(search, request, response);
    if (!asked) return;
    const context = contextOf(response);
    const { accounts, isMore } = await findAccounts(storage, asked.query);
    await noteLookUp(context);
    response.json({
      needs: response.locals.administrator.needs,
      accounts: await Promise.all(accounts.map((each) => viewAccount(context, each))),
      isMore,
    });
  });

  router.post('/accounts/:id', requireFresh, json, async (request, response) => {
    const asked = bodyOf(accountAct, request, response);
    if (!asked) return;
    const id = String(request.params.id);
    answer(response, 'account', await actOnAccount(contextOf(response), id, asked.act));
  });

  router.use((_request, response) => refuse(response, 404, 'not_found', 'there is nothing here'));
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof errors.OIDCProviderError) {
      response.set('Retry-After', '5');
      return refuse(response, error.statusCode, error.error, error.error_description ?? '');
    }
    const { status } = (error ?? {}) as { status?: unknown };
    if (typeof status !== 'number' || status >= 500) return next(error);
    refuse(response, status, 'invalid_request', 'the body must be a JSON object');
  });

  const contextOf = (response: Response): AdminContext => ({
    config,
    storage,
    now,
    by: response.locals.administrator.account.id,
  });
  return router;
}

/** undefined: it was refused, with the first thing that is wrong. */
function bodyOf<T>(schema: z.ZodType<T>, request: Request, response: Response): T | undefined {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const words = [first?.path.join('.'), first?.message].filter(Boolean).join(': ');
  refuse(response, 400, 'invalid_request', words);
  return undefined;
}

function answer(response: Response, what: string, outcome: 'done' | 'unknown' | 'changed'): void {
  if (outcome === 'unknown') refuse(response, 404, 'not_found', `there is no such ${what}`);
  else if (outcome === 'changed')
    refuse(response, 409, 'conflict', `the ${what} is not as it was when it was looked at`);
  else response.status(204).end();
}

const bearerOf = (request: Request): string | undefined =>
  BEARER.exec(request.headers.authorization ?? '')?.[1];

function requireAdministrator(dependencies: AdministratorDependencies): RequestHandler {
  return async (request, response, next) => {
    const credential = bearerOf(request);
    const found = credential === undefined ? 'no token' : await administratorOf(dependencies, credential);
    if (found === 'no token') {
      response.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      return refuse(response, 401, 'invalid_token', 'a token of an administrator is needed');
    }
    if (found === 'not theirs')
      return refuse(response, 403, 'access_denied', 'for administrators, at the clinic’s own app');
    response.locals.administrator = found;
    next();
  };
}

/** RFC 9470: what would do is said, so that the app can ask for it. */
const requireFresh: RequestHandler = (_request, response, next) => {
  if (response.locals.administrator.needs === 'nothing') return next();
  response.set(
    'WWW-Authenticate',
    `Bearer error="insufficient_user_authentication", max_age="${FRESH_SECONDS}"`,
  );
  const words = 'a sign-in of the last hour, by a second factor, is needed';
  refuse(response, 401, 'insufficient_user_authentication', words);
};

function refuse(response: Response, status: number, error: string, error_description: string): void {
  response.status(status).json({ error, error_description });
}
