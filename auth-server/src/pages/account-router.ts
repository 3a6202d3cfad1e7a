/** `/account/…`: the pages of one's own account. What changes how one signs in asks for the password again. */
import { Router } from 'express';
import { disconnectApp, listConnectedApps, listEndedApps } from '../accounts/connected-apps.ts';
import { endDevice, endSession, endSessions, listSessions } from '../accounts/sessions.ts';
import { namesOf, type PatientName } from '../fhir/shown.ts';
import type { Viewer } from '../fhir/viewer.ts';
import { field } from '../interactions/step.ts';
import { describeScopes } from '../smart/describe-scope.ts';
import type { Account } from '../storage/storage.ts';
import { appsPage, historyPage, overviewPage, sessionsPage } from '../views/account-pages.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { appTitle } from '../words/app-name.ts';
import { type AccountRouterDependencies, accountPages, back, done } from './account-pages.ts';
import { contactRouter } from './contact-router.ts';
import { familyRouter } from './family-router.ts';
import { securityRouter } from './security-router.ts';
import { finishSignIn, requireSignedIn, signedIn } from './signed-in.ts';

const HISTORY = 100;
/** What is shown of a person's own history: sign-ins, refusals, consents, changes; not each token, nor each time that an allowed app was opened. */
const QUIET = new Set(['token issued', 'token refused', 'consent remembered']);

/** Where the forms stand. What they answer has their own address, which may be looked at too: reloaded in the middle, or back from where it led. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  '/account': ['/sign-out'],
  '/account/security': [
    '/password',
    '/totp',
    '/totp/confirm',
    '/totp/remove',
    '/recovery-codes',
    '/passkeys',
    '/passkeys/remove',
  ],
  '/account/contact': ['/email', '/phone', '/phone/code'],
  '/account/family': ['/family/invite', '/family/withdraw', '/family/end', '/family/leave'],
  '/account/apps': ['/apps/disconnect'],
  '/account/sessions': ['/sessions/end', '/sessions/end-all'],
};

export function accountRouter(dependencies: AccountRouterDependencies): Router {
  const pages = accountPages(dependencies);
  const { config, storage, people, shownTo, provider, now, post, audit } = pages;
  const router = Router();
  router.use((_request, response, next) => {
    pageHeaders(response, [config.PORTAL_URL]);
    next();
  });
  router.get('/callback', finishSignIn(config));
  router.use(requireSignedIn(dependencies));
  router.get('/', (request, response) =>
    response.send(overviewPage(config, { account: signedIn(response).account, done: done(request) })),
  );
  router.use(securityRouter(pages));
  router.use(contactRouter(pages));
  router.use(familyRouter(pages));
  for (const [page, forms] of Object.entries(FORMS))
    router.get([...forms], (_request, response) => response.redirect(303, page));

  /** As who they are to each; a record that is closed to them has no name any more. */
  async function namesIn(account: Account, patients: readonly string[]): Promise<readonly PatientName[]> {
    const [person] = account.persons;
    const isStaff = account.role === 'practitioner';
    const relations = isStaff ? [] : await people.relations(account.persons).catch(() => []);
    const viewer = (patient: string): Viewer | undefined => {
      if (isStaff) return person === undefined ? undefined : { accountId: account.id, person };
      const relation = relations.find((each) => each.patient === patient);
      return relation && { accountId: account.id, person: relation.as, patient };
    };
    return namesOf(
      patients.map((patient) => {
        const found = viewer(patient);
        return { patient, shown: found && shownTo(found) };
      }),
    );
  }

  router.get('/apps', async (request, response) => {
    const { account } = signedIn(response);
    const connected = await listConnectedApps(storage, account.id);
    const apps = await Promise.all(
      connected.map(async (app) => ({
        ...app,
        name: appTitle(await provider.Client.find(app.clientId), app.clientId),
        may: describeScopes(app.scopes.join(' ')).map(({ title }) => title),
        patients: (await namesIn(account, app.patients)).map(({ name }) => name),
      })),
    );
    const ended = await Promise.all(
      (await listEndedApps(storage, account.id)).map(async (app) => ({
        ...app,
        name: appTitle(await provider.Client.find(app.clientId), app.clientId),
      })),
    );
    response.send(appsPage(config, { account, apps, ended, done: done(request) }));
  });
  router.post('/apps/disconnect', ...post, async (request, response) => {
    const clientId = field(request, 'client');
    if (await disconnectApp(storage, signedIn(response).account.id, clientId))
      await audit(request, response, 'app disconnected', clientId);
    back(response, '/account/apps', 'app');
  });

  router.get('/sessions', async (request, response) => {
    const { account, uid } = signedIn(response);
    const sessions = await listSessions(storage, account.id);
    response.send(sessionsPage(config, { account, sessions, currentUid: uid, done: done(request) }));
  });
  router.post('/sessions/end', ...post, async (request, response) => {
    const { account, uid } = signedIn(response);
    if (await endDevice(storage, account.id, field(request, 'uid'), uid, now()))
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
    const clients = [...new Set(shown.flatMap(({ clientId }) => clientId ?? []))];
    const names = await Promise.all(
      clients.map(async (id) => [id, appTitle(await provider.Client.find(id), id)] as const),
    );
    response.send(historyPage(config, { account, events: shown, apps: new Map(names) }));
  });
  return router;
}
