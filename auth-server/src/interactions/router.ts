/** The pages between /authorize and the app: sign in, choose the patient, consent. Plain forms; each step ends in oidc-provider's own. */
import express, { type Request, type Response, Router } from 'express';
import { errors } from 'oidc-provider';
import type { Config } from '../config.ts';
import { choosePatientPage, signInPage } from '../views/pages.ts';
import { finishConsent, showConsent } from './consent.ts';
import { pageHeaders } from './page-headers.ts';
import type { InteractionDependencies, Step } from './step.ts';

export function interactionRouter(dependencies: InteractionDependencies): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 200 });
  router.get('/:uid', async (request, response) => show(await step(dependencies, request, response)));
  router.post('/:uid/login', sameOrigin(dependencies.config), form, async (request, response) =>
    login(await step(dependencies, request, response, 'login')),
  );
  router.post('/:uid/patient', sameOrigin(dependencies.config), form, async (request, response) =>
    choosePatient(await step(dependencies, request, response, 'select_patient')),
  );
  router.post('/:uid/consent', sameOrigin(dependencies.config), form, async (request, response) =>
    finishConsent(await step(dependencies, request, response, 'consent'), chosenGroups(request)),
  );
  router.post('/:uid/abort', sameOrigin(dependencies.config), form, async (request, response) => {
    const result = { error: 'access_denied', error_description: 'The person did not allow it.' };
    await dependencies.provider.interactionFinished(request, response, result, {
      mergeWithLastSubmission: false,
    });
  });
  return router;
}

/** The cookie is SameSite=Lax already; a form from elsewhere is refused by its Origin as well. */
function sameOrigin(config: Config) {
  const own = new URL(config.AUTH_ISSUER).origin;
  return (request: Request, response: Response, next: () => void): void => {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if ((origin !== undefined && origin !== own) || site === 'cross-site') {
      response.status(403).type('text').send('This form must be sent from its own page.');
      return;
    }
    next();
  };
}

async function step(
  dependencies: InteractionDependencies,
  request: Request,
  response: Response,
  expected?: string,
): Promise<Step> {
  const details = await dependencies.provider.interactionDetails(request, response);
  if (details.uid !== request.params.uid || (expected !== undefined && details.prompt.name !== expected)) {
    throw new errors.SessionNotFound('this step is over');
  }
  const client = await dependencies.provider.Client.find(String(details.params.client_id));
  pageHeaders(response, [String(details.params.redirect_uri)]);
  const action = `${new URL(dependencies.config.AUTH_ISSUER).pathname}/interaction/${details.uid}`;
  return { ...dependencies, request, response, details, action, clientName: client?.clientName ?? 'the app' };
}

async function show(current: Step): Promise<void> {
  switch (current.details.prompt.name) {
    case 'login':
      current.response.send(signInPage(current.config, current));
      return;
    case 'select_patient':
      return showPatients(current);
    case 'consent':
      return showConsent(current);
    default:
      throw new errors.InvalidRequest('unknown step');
  }
}

async function login(current: Step): Promise<void> {
  const body = current.request.body as { login?: unknown; password?: unknown };
  const typed = typeof body.login === 'string' ? body.login : '';
  const password = typeof body.password === 'string' ? body.password : '';
  const result = await current.signIn({
    login: typed,
    password,
    address: current.request.socket.remoteAddress ?? '',
  });
  if ('failure' in result) {
    const status = result.failure === 'throttled' ? 429 : 401;
    current.response
      .status(status)
      .send(signInPage(current.config, { ...current, login: typed, failure: result.failure }));
    return;
  }
  const login = { accountId: result.account.id, amr: ['pwd'] };
  await current.provider.interactionFinished(
    current.request,
    current.response,
    { login },
    { mergeWithLastSubmission: false },
  );
}

/** Only where there is a choice. */
async function showPatients(current: Step): Promise<void> {
  const patients = await patientsOf(current);
  if (patients.length === 0) {
    const result = {
      error: 'access_denied',
      error_description: 'This account has no patient record to open.',
    };
    await current.provider.interactionFinished(current.request, current.response, result, {
      mergeWithLastSubmission: true,
    });
    return;
  }
  if (patients.length === 1) return finishPatient(current, patients[0] as string);
  const names = await current.patientNames(patients);
  current.response.send(choosePatientPage(current.config, { ...current, patients: names }));
}

async function patientsOf(current: Step): Promise<readonly string[]> {
  const account = await current.storage.findAccount(current.details.session?.accountId ?? '');
  return account?.patients ?? [];
}

async function choosePatient(current: Step): Promise<void> {
  const { patient } = current.request.body as { patient?: unknown };
  const allowed = await patientsOf(current);
  if (typeof patient !== 'string' || !allowed.includes(patient)) {
    throw new errors.AccessDenied('this patient can not be chosen');
  }
  return finishPatient(current, patient);
}

async function finishPatient(current: Step, patient: string): Promise<void> {
  const result = { select_patient: { patient } };
  await current.provider.interactionFinished(current.request, current.response, result, {
    mergeWithLastSubmission: true,
  });
}

function chosenGroups(request: Request): string[] {
  const { group } = request.body as { group?: unknown };
  return [group].flat().filter((each) => typeof each === 'string');
}
