/** `/account/security` and its forms: password, authenticator app, passkeys, recovery codes. */
import { type Request, type Response, Router } from 'express';
import { hasLastingApps } from '../accounts/connected-apps.ts';
import { TOTP_SET_UP } from '../accounts/links.ts';
import { criteria } from '../accounts/password-policy.ts';
import { newRecoveryCodes } from '../accounts/recovery-codes.ts';
import { endSessions } from '../accounts/sessions.ts';
import { hasFactor } from '../accounts/sign-in.ts';
import { newTotpSecret, totpStep } from '../accounts/totp.ts';
import { field } from '../interactions/step.ts';
import { secondFactorChanged } from '../messages/templates.ts';
import { type Account, artifact } from '../storage/storage.ts';
import { type SecurityView, securityPage } from '../views/account-pages.ts';
import { sameOrigin } from '../views/same-origin.ts';
import { recoveryCodesPage, setUpFactorPage } from '../views/sign-in-pages.ts';
import { t } from '../words/text.ts';
import { type AccountPages, back, done, wrongPassword } from './account-pages.ts';
import { signedIn } from './signed-in.ts';

const SET_UP_LIFE_MS = 15 * 60_000;

export function securityRouter(pages: AccountPages): Router {
  const { config, storage, seal, outbox, passkeys, recovery, now, post, audit, isOwner } = pages;
  const router = Router();
  async function security(
    response: Response,
    { keepsApps = false, ...more }: Partial<SecurityView> & { readonly keepsApps?: boolean } = {},
  ): Promise<string> {
    const { account } = signedIn(response);
    return securityPage(config, {
      account,
      criteria: criteria(config),
      unmet: [],
      apps: { has: await hasLastingApps(storage, account.id), keeps: keepsApps },
      ...more,
    });
  }
  router.get('/security', async (request, response) =>
    response.send(await security(response, { done: done(request) })),
  );

  router.post('/password', ...post, async (request, response) => {
    const keepsApps = field(request, 'keep-apps') === 'yes';
    if (!(await isOwner(request, response))) {
      const unmet = field(request, 'password') === '' ? criteria(config).map(({ name }) => name) : [];
      return response
        .status(401)
        .send(await security(response, { ...wrongPassword(request), unmet, keepsApps }));
    }
    const { account, uid } = signedIn(response);
    const how = { exceptUid: uid, keepsApps };
    const unmet = await recovery.changePassword(account, field(request, 'password'), how, request.ip ?? '');
    if (unmet.length > 0) return response.status(400).send(await security(response, { unmet, keepsApps }));
    back(response, '/account/security', 'password');
  });

  router.post('/totp', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(await security(response, wrongPassword(request)));
    const { account, uid } = signedIn(response);
    // Begun in another tab, it is the same secret: the code of either is right. Whoever else is signed in, by a password that they found out, has one of their own.
    const begun = (await storage.findArtifact(TOTP_SET_UP, setUpOf(account, uid)))?.payload.sealed;
    const secret = typeof begun === 'string' ? seal.unseal(begun) : newTotpSecret();
    await storage.saveArtifact(
      artifact(
        TOTP_SET_UP,
        setUpOf(account, uid),
        { sealed: seal.seal(secret) },
        { accountId: account.id, expiresAt: now() + SET_UP_LIFE_MS },
      ),
    );
    response.send(await setUpFactorPage(config, { account, secret, action: '/account/totp/confirm' }));
  });
  router.post('/totp/confirm', ...post, async (request, response) => {
    const { account, uid } = signedIn(response);
    const sealed = (await storage.findArtifact(TOTP_SET_UP, setUpOf(account, uid)))?.payload.sealed;
    if (typeof sealed !== 'string') return response.redirect(303, '/account/security');
    const secret = seal.unseal(sealed);
    const code = field(request, 'code').replace(/\s/g, '');
    const lastStep = totpStep(secret, code, now());
    if (lastStep === undefined) {
      const failure = code === '' ? 'empty' : 'wrong';
      return response
        .status(code === '' ? 400 : 401)
        .send(await setUpFactorPage(config, { account, secret, action: '/account/totp/confirm', failure }));
    }
    // The codes that one of two tabs shows are those that count.
    if (!(await storage.removeArtifact(TOTP_SET_UP, setUpOf(account, uid))))
      return response.redirect(303, '/account/security');
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
      return response.status(401).send(await security(response, wrongPassword(request)));
    const isOff = await changedNow(response, (each) => each.totp && { ...each, totp: undefined });
    if (isOff) await factorChanged(request, response, 'removed');
    back(response, '/account/security', 'factor-off');
  });
  router.post('/recovery-codes', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(await security(response, wrongPassword(request)));
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
      return response.status(401).send(await security(response, wrongPassword(request)));
    const isAdded = await passkeys.add(
      signedIn(response).account,
      parsed(field(request, 'credential')),
      field(request, 'name'),
    );
    if (!isAdded)
      return response.status(400).send(
        await security(response, {
          problems: { name: t('The passkey was not accepted. Please try again.') },
          values: { name: field(request, 'name') },
        }),
      );
    await factorChanged(request, response, 'added');
    back(response, '/account/security', 'passkey');
  });
  router.post('/passkeys/remove', ...post, async (request, response) => {
    if (!(await isOwner(request, response)))
      return response.status(401).send(await security(response, wrongPassword(request)));
    const id = field(request, 'id');
    const isRemoved = await changedNow(response, (each) => {
      const passkeys = each.passkeys?.filter((passkey) => passkey.id !== id);
      return passkeys?.length === each.passkeys?.length ? undefined : { ...each, passkeys };
    });
    if (isRemoved) await factorChanged(request, response, 'removed');
    back(response, '/account/security', 'passkey-off');
  });

  /** Whether it was not so before: pressed in a second tab it is done already, and nobody is told again. */
  async function changedNow(
    response: Response,
    change: (account: Account) => Account | undefined,
  ): Promise<boolean> {
    let isChanged = false;
    await storage.updateAccount(signedIn(response).account.id, (each) => {
      const changed = change(each);
      isChanged = changed !== undefined;
      return changed;
    });
    return isChanged;
  }

  async function factorChanged(
    request: Request,
    response: Response,
    what: 'added' | 'removed',
  ): Promise<void> {
    const { account, uid } = signedIn(response);
    // Who signed in by the password alone could take the factor off by it again.
    if (what === 'added' && !hasFactor(account)) await endSessions(storage, account.id, uid);
    await audit(request, response, `second factor ${what}`);
    await outbox.send({ channel: 'email', to: account.email, ...secondFactorChanged(config, what) });
  }
  return router;
}

/** Id of what was begun, of each session for itself. */
const setUpOf = (account: Account, session: string): string => `${account.id} ${session}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
