/** `/admin`: the administrator's page. For accounts of that role only, signed in not long ago and with a second factor. */
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { Provider } from 'oidc-provider';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import { field } from '../interactions/step.ts';
import { answeredOnce } from '../pages/answered-once.ts';
import { requireSignedIn, signedIn } from '../pages/signed-in.ts';
import { listStoredClients } from '../provider/clients.ts';
import { keysAt, loadKeys } from '../provider/keys.ts';
import type { Storage } from '../storage/storage.ts';
import { adminPage } from '../views/admin-page.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { messagePage } from '../views/pages.ts';
import { sameOrigin } from '../views/same-origin.ts';
import { findAccounts } from './accounts.ts';
import * as actions from './actions.ts';

export interface AdminRouterDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly now: () => number;
}

type Act = (context: actions.AdminContext, subject: string) => Promise<string | undefined>;

/** What the page's buttons do: name → act on one app, account or person; a text is shown once. */
const ACTS: Readonly<Record<string, Act>> = {
  'approve-app': done(actions.approveClient),
  'disable-app': done(actions.disableClient),
  'enable-app': done(actions.enableClient),
  'rotate-secret': async (context, id) =>
    `The new secret, shown only now: ${await actions.rotateClientSecret(context, id)}`,
  unlock: done(actions.unlockAccount),
  'reset-factor': done(actions.resetSecondFactor),
  'require-factor': done((context, login) => actions.requireSecondFactor(context, login, true)),
  'sign-out': done(actions.signOutAccount),
  'disable-account': done(actions.disableAccount),
  'enable-account': done(actions.enableAccount),
  'activation-code': async (context, person) =>
    `The activation code, shown only now: ${await actions.makeActivationCode(context, person)}. It is good for 14 days.`,
  'rotate-keys': async (context) => {
    await actions.rotateServerKeys(context);
    return 'A new key is published, and signs from tomorrow on.';
  },
};

function done(act: (context: actions.AdminContext, subject: string) => Promise<unknown>): Act {
  return async (context, subject) => {
    await act(context, subject);
    return 'Done.';
  };
}

const RECENT_EVENTS = 50;

export function adminRouter(dependencies: AdminRouterDependencies): Router {
  const { config, storage, now } = dependencies;
  const router = Router();
  router.use((_request, response, next) => {
    pageHeaders(response);
    next();
  });
  router.use(requireSignedIn(dependencies), requireAdministrator(config, now));

  router.get('/', async (request, response) => show(request, response));
  router.post(
    '/',
    sameOrigin(config),
    express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 10 }),
    answeredOnce(dependencies),
    async (request, response) => {
      const act = ACTS[field(request, 'act')];
      const context = { config, storage, now, by: signedIn(response).account.id };
      try {
        const result = act ? await act(context, field(request, 'subject').trim()) : undefined;
        await show(request, response, result);
      } catch (error) {
        if (!(error instanceof actions.AdminError)) throw error;
        response.status(400);
        await show(request, response, undefined, error.message);
      }
    },
  );

  async function show(
    request: Request,
    response: Response,
    result?: string,
    problem?: string,
  ): Promise<void> {
    const query = typeof request.query.q === 'string' ? request.query.q.trim().slice(0, 100) : '';
    const { accounts } = await findAccounts(storage, query);
    response.send(
      adminPage(config, {
        account: signedIn(response).account,
        clients: await listStoredClients(storage),
        accounts,
        query,
        keys: keysAt(await loadKeys(config.keysFile), now()).map(({ kid }) => kid ?? ''),
        events: await storage.listAudit({ limit: RECENT_EVENTS }),
        result,
        problem,
      }),
    );
  }
  return router;
}

/** Denied looks like absent to whoever is not one. */
function requireAdministrator(config: Config, now: () => number) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    const { account, signedInAt } = signedIn(response);
    const isRecent = now() / 1000 - signedInAt < 3600;
    if (account.role === 'administrator' && isRecent) {
      next();
      return;
    }
    const title = account.role === 'administrator' ? 'Please sign in again' : 'That did not work';
    const text =
      account.role === 'administrator'
        ? 'The administration asks for a sign-in of the last hour: sign out, and in again.'
        : 'There is no such page.';
    response.status(404).send(messagePage(config, { title, text, href: '/account', link: 'Your account' }));
  };
}
