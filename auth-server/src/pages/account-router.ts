/** `/account/…`: the pages of one's own account. What changes how one signs in asks for the password again. */
import express, { type Request, type Response, Router } from 'express';
import type { Provider } from 'oidc-provider';
import { disconnectApp, listConnectedApps } from '../accounts/connected-apps.ts';
import type { ContactChange } from '../accounts/contact-change.ts';
import { DEVICE_COOKIE } from '../accounts/known-device.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import { criteria } from '../accounts/password-policy.ts';
import type { Recovery } from '../accounts/recovery.ts';
import { newRecoveryCodes } from '../accounts/recovery-codes.ts';
import { endSession, endSessions, listSessions } from '../accounts/sessions.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import { contactOf, isEmail } from '../accounts/sign-up.ts';
import { newTotpSecret, totpStep } from '../accounts/totp.ts';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import type { People } from '../fhir/people.ts';
import { field } from '../interactions/step.ts';
import type { Outbox } from '../messages/outbox.ts';
import { secondFactorChanged } from '../messages/templates.ts';
import { hostCookie } from '../provider/cookies.ts';
import { describeScopes } from '../smart/describe-scope.ts';
import { artifact, type Storage } from '../storage/storage.ts';
import {
  appsPage,
  contactPage,
  historyPage,
  overviewPage,
  securityPage,
  sessionsPage,
} from '../views/account-pages.ts';
import { readCookie } from '../views/cookies.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { sameOrigin } from '../views/same-origin.ts';
import { recoveryCodesPage, setUpFactorPage } from '../views/sign-in-pages.ts';
import { finishSignIn, requireSignedIn, signedIn } from './signed-in.ts';

export interface AccountRouterDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly outbox: Outbox;
  readonly people: People;
  readonly signIn: SignIn;
  readonly passkeys: Passkeys;
  readonly recovery: Recovery;
  readonly contactChange: ContactChange;
  readonly canText: boolean;
  readonly now: () => number;
}

const SET_UP = 'TotpSetUp';
const SET_UP_LIFE_MS = 15 * 60_000;
const HISTORY = 100;
/** What is shown of a person's own history: sign-ins, refusals, consents, changes; not each token. */
const QUIET = new Set(['token issued', 'token refused']);

/** What a form did, said on the next page. */
const DONE: Readonly<Record<string, string>> = {
  password: 'Your password is changed, and you are signed out everywhere else.',
  email: 'Open the link that we sent to the new address. Until then the old one stays.',
  'phone-sent': 'Enter the code that we sent to the new number.',
  phone: 'Your mobile number is changed.',
  'factor-off': 'The authenticator app is turned off.',
  passkey: 'The passkey is added.',
  'passkey-off': 'The passkey is removed.',
  app: 'The app is disconnected.',
  session: 'That device is signed out.',
};

export function accountRouter(dependencies: AccountRouterDependencies): Router {
  const { config, storage, seal, outbox, people, passkeys, recovery, contactChange, canText, now, provider } =
    dependencies;
  const router = Router();
  router.use((_request, response, next) => {
    pageHeaders(response, [config.PORTAL_URL]);
    next();
  });
  router.get('/callback', finishSignIn(config));
  router.use(requireSignedIn(dependencies));
  const post = [
    sameOrigin(config),
    express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 20 }),
  ];

  const done = (request: Request): string | undefined => DONE[String(request.query.done)];
  const back = (response: Response, path: string, what: string): void =>
    response.redirect(303, `${path}?done=${what}`);

  async function audit(
    request: Request,
    response: Response,
    event: string,
    clientId?: string,
  ): Promise<void> {
    const accountId = signedIn(response).account.id;
    await storage.appendAudit({ at: now(), event, accountId, clientId, address: request.ip });
  }

  /** The password again, under the limits of signing in. */
  async function isOwner(request: Request, response: Response): Promise<boolean> {
    const { account } = signedIn(response);
    const result = await dependencies.signIn({
      login: account.username,
      password: field(request, 'current'),
      address: request.ip ?? '',
      device: readCookie(request, hostCookie(config, DEVICE_COOKIE)),
    });
    return 'account' in result && result.account.id === account.id;
  }
  const WRONG = 'The current password is not right.';

  router.get('/', (request, response) =>
    response.send(overviewPage(config, { account: signedIn(response).account, done: done(request) })),
  );

  const security = (
    response: Response,
    more: { problem?: string; unmet?: readonly string[]; done?: string | undefined } = {},
  ) =>
    securityPage(config, {
      account: signedIn(response).account,
      criteria: criteria(config),
      unmet: [],
      ...more,
    });
  router.get('/security', (request, response) => response.send(security(response, { done: done(request) })));

  router.post('/password', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(security(response, { problem: WRONG }));
    const { account, uid } = signedIn(response);
    const unmet = await recovery.changePassword(account, field(request, 'password'), uid, request.ip ?? '');
    if (unmet.length > 0) return response.status(400).send(security(response, { unmet }));
    back(response, '/account/security', 'password');
  });

  router.post('/totp', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(security(response, { problem: WRONG }));
    const { account } = signedIn(response);
    const secret = newTotpSecret();
    await storage.saveArtifact(
      artifact(
        SET_UP,
        account.id,
        { sealed: seal.seal(secret) },
        { accountId: account.id, expiresAt: now() + SET_UP_LIFE_MS },
      ),
    );
    response.send(await setUpFactorPage(config, { account, secret, action: '/account/totp/confirm' }));
  });
  router.post('/totp/confirm', ...post, async (request, response) => {
    const { account } = signedIn(response);
    const sealed = (await storage.findArtifact(SET_UP, account.id))?.payload.sealed;
    if (typeof sealed !== 'string') return response.redirect(303, '/account/security');
    const secret = seal.unseal(sealed);
    const lastStep = totpStep(secret, field(request, 'code').replace(/\s/g, ''), now());
    if (lastStep === undefined)
      return response
        .status(401)
        .send(
          await setUpFactorPage(config, { account, secret, action: '/account/totp/confirm', isWrong: true }),
        );
    await storage.removeArtifact(SET_UP, account.id);
    const codes = newRecoveryCodes();
    await storage.updateAccount(account.id, (each) => ({
      ...each,
      totp: { sealedSecret: sealed, lastStep },
      recoveryCodes: codes.digests,
    }));
    await factorChanged(request, response, 'added');
    response.send(
      recoveryCodesPage(config, { codes: codes.codes, action: '/account/security', method: 'get' }),
    );
  });
  router.post('/totp/remove', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(security(response, { problem: WRONG }));
    await storage.updateAccount(signedIn(response).account.id, (each) => ({ ...each, totp: undefined }));
    await factorChanged(request, response, 'removed');
    back(response, '/account/security', 'factor-off');
  });
  router.post('/recovery-codes', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(security(response, { problem: WRONG }));
    const codes = newRecoveryCodes();
    await storage.updateAccount(signedIn(response).account.id, (each) => ({
      ...each,
      recoveryCodes: codes.digests,
    }));
    await audit(request, response, 'recovery codes made');
    response.send(
      recoveryCodesPage(config, { codes: codes.codes, action: '/account/security', method: 'get' }),
    );
  });

  router.post('/passkey-options', sameOrigin(config), async (_request, response) => {
    response.json(await passkeys.additionOptions(signedIn(response).account));
  });
  router.post('/passkeys', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(security(response, { problem: WRONG }));
    const isAdded = await passkeys.add(
      signedIn(response).account,
      parsed(field(request, 'credential')),
      field(request, 'name'),
    );
    if (!isAdded)
      return response
        .status(400)
        .send(security(response, { problem: 'The passkey was not accepted. Please try again.' }));
    await factorChanged(request, response, 'added');
    back(response, '/account/security', 'passkey');
  });
  router.post('/passkeys/remove', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(security(response, { problem: WRONG }));
    const id = field(request, 'id');
    await storage.updateAccount(signedIn(response).account.id, (each) => ({
      ...each,
      passkeys: each.passkeys?.filter((passkey) => passkey.id !== id),
    }));
    await factorChanged(request, response, 'removed');
    back(response, '/account/security', 'passkey-off');
  });

  async function factorChanged(
    request: Request,
    response: Response,
    what: 'added' | 'removed',
  ): Promise<void> {
    const { account } = signedIn(response);
    await audit(request, response, `second factor ${what}`);
    await outbox.send({ channel: 'email', to: account.email, ...secondFactorChanged(config, what) });
  }

  const contact = (
    response: Response,
    more: { problem?: string; done?: string | undefined; phoneCode?: boolean } = {},
  ) => contactPage(config, { account: signedIn(response).account, canText, phoneCode: false, ...more });
  router.get('/contact', (request, response) =>
    response.send(contact(response, { done: done(request), phoneCode: request.query.done === 'phone-sent' })),
  );
  router.post('/email', ...post, async (request, response) => {
    const email = field(request, 'email');
    if (!isEmail(email.trim()))
      return response
        .status(400)
        .send(contact(response, { problem: 'Please enter a whole e-mail address.' }));
    if (!(await isOwner(request, response)))
      return response.status(401).send(contact(response, { problem: WRONG }));
    await contactChange.requestEmail(signedIn(response).account, email, request.ip ?? '');
    back(response, '/account/contact', 'email');
  });
  router.post('/phone', ...post, async (request, response) => {
    const phone = contactOf(field(request, 'phone'));
    if (phone?.channel !== 'sms' || !canText)
      return response.status(400).send(contact(response, { problem: 'Please enter a whole phone number.' }));
    if (!(await isOwner(request, response)))
      return response.status(401).send(contact(response, { problem: WRONG }));
    const isSent = await contactChange.requestPhone(signedIn(response).account, phone.to);
    if (!isSent)
      return response
        .status(429)
        .send(contact(response, { problem: 'This number has had its codes for today.' }));
    back(response, '/account/contact', 'phone-sent');
  });
  router.post('/phone/code', ...post, async (request, response) => {
    const { account } = signedIn(response);
    if (await contactChange.confirmPhone(account, field(request, 'code'), request.ip ?? ''))
      return back(response, '/account/contact', 'phone');
    response
      .status(400)
      .send(contact(response, { problem: 'That code is not right, or is over.', phoneCode: true }));
  });

  router.get('/apps', async (request, response) => {
    const { account } = signedIn(response);
    const connected = await listConnectedApps(storage, account.id);
    const apps = await Promise.all(
      connected.map(async (app) => ({
        ...app,
        name: (await provider.Client.find(app.clientId))?.clientName ?? app.clientId,
        may: describeScopes(app.scopes.join(' ')).map(({ title }) => title),
        patients: (await people.names(app.patients)).map(({ name }) => name),
      })),
    );
    response.send(appsPage(config, { account, apps, done: done(request) }));
  });
  router.post('/apps/disconnect', ...post, async (request, response) => {
    const clientId = field(request, 'client');
    await disconnectApp(storage, signedIn(response).account.id, clientId);
    await audit(request, response, 'app disconnected', clientId);
    back(response, '/account/apps', 'app');
  });

  router.get('/sessions', async (request, response) => {
    const { account, uid } = signedIn(response);
    const sessions = await listSessions(storage, account.id);
    response.send(sessionsPage(config, { account, sessions, currentUid: uid, done: done(request) }));
  });
  router.post('/sessions/end', ...post, async (request, response) => {
    await endSession(storage, signedIn(response).account.id, field(request, 'uid'));
    await audit(request, response, 'signed out elsewhere');
    back(response, '/account/sessions', 'session');
  });
  router.post('/sessions/end-all', ...post, async (request, response) => {
    await audit(request, response, 'signed out everywhere');
    await endSessions(storage, signedIn(response).account.id);
    response.redirect(303, '/');
  });
  router.post('/sign-out', ...post, async (request, response) => {
    const { account, uid } = signedIn(response);
    await audit(request, response, 'signed out');
    await endSession(storage, account.id, uid);
    response.redirect(303, '/');
  });

  router.get('/history', async (_request, response) => {
    const { account } = signedIn(response);
    const events = await storage.listAudit({ accountId: account.id, limit: HISTORY * 3 });
    const shown = events.filter(({ event }) => !QUIET.has(event)).slice(0, HISTORY);
    response.send(historyPage(config, { account, events: shown }));
  });
  return router;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
