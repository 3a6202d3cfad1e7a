/** The pages between /authorize and the app: sign in, choose the patient, consent. Plain forms; each step ends in oidc-provider's own. */
import express, { type Request, Router } from 'express';
import { errors } from 'oidc-provider';
import { answeredOnce } from '../pages/answered-once.ts';
import { interactionCookie } from '../provider/cookies.ts';
import { readCookie } from '../views/cookies.ts';
import { sameOrigin } from '../views/same-origin.ts';
import { postEncounter, postPatient, showPatients } from './choose-patient.ts';
import { postConsent, showConsent } from './consent.ts';
import {
  postCode,
  postContinue,
  postPasskey,
  postPassword,
  postRestart,
  postSetUp,
  showLogin,
} from './login.ts';
import { showOtherApp } from './other-app.ts';
import { type InteractionDependencies, orAccountEnded, readStep, refuseStep, type Step } from './step.ts';

/** Forms, by the last part of their address: the prompt they belong to, and what takes them. */
const FORMS: Readonly<Record<string, readonly [prompt: string, take: (step: Step) => Promise<void>]>> = {
  login: ['login', postPassword],
  code: ['login', postCode],
  passkey: ['login', postPasskey],
  'set-up': ['login', postSetUp],
  continue: ['login', postContinue],
  restart: ['login', postRestart],
  patient: ['select_patient', postPatient],
  encounter: ['select_patient', postEncounter],
  consent: ['consent', postConsent],
};

export function interactionRouter(dependencies: InteractionDependencies): Router {
  const router = Router();
  const { config } = dependencies;
  const guard = sameOrigin(config);
  const form = [
    guard,
    express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 300 }),
    // Before the step is read: that of a form that was answered may be over.
    answeredOnce({
      ...dependencies,
      whose: (request) => readCookie(request, interactionCookie(config)),
    }),
  ];
  router.get('/:uid', async (request, response) =>
    orAccountEnded(await readStep(dependencies, request, response), show),
  );
  router.post('/:uid/passkey-options', guard, async (request, response) => {
    const step = await readStep(dependencies, request, response, 'login');
    response.json(await step.passkeys.signInOptions(step.details.uid));
  });
  router.post('/:uid/abort', ...form, async (request, response) =>
    decline(await readStep(dependencies, request, response)),
  );
  // A form's own address, looked at: typed, or back from what it led to.
  router.get('/:uid/:form', (request, response) =>
    response.redirect(303, request.baseUrl + request.path.replace(/\/[^/]*$/, '')),
  );
  for (const [name, [prompt, take]] of Object.entries(FORMS)) {
    router.post(`/:uid/${name}`, ...form, async (request: Request, response) =>
      orAccountEnded(await readStep(dependencies, request, response, prompt), take),
    );
  }
  return router;
}

async function decline(step: Step): Promise<void> {
  const { storage, now, client, address, details } = step;
  const accountId = details.session?.accountId;
  await storage.appendAudit({
    at: now(),
    event: 'access declined',
    accountId,
    clientId: client.clientId,
    address,
  });
  await refuseStep(step, 'The person did not allow it.');
}

function show(step: Step): Promise<void> {
  switch (step.details.prompt.name) {
    case 'login':
      return showLogin(step);
    case 'other_app':
      return showOtherApp(step);
    case 'select_patient':
      return showPatients(step);
    case 'consent':
      return showConsent(step);
    default:
      throw new errors.InvalidRequest('unknown step');
  }
}
