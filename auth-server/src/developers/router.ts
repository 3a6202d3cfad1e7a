/** `/developers`: a launcher that acts as an EHR does against the demonstration data, and the messages that were sent. Never in production. */
import express, { Router } from 'express';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import type { People } from '../fhir/people.ts';
import { field } from '../interactions/step.ts';
import { createLaunch, launchUrl } from '../launch/ehr-launch.ts';
import { listSent } from '../messages/delivery.ts';
import { listStoredClients } from '../provider/clients.ts';
import type { Storage } from '../storage/storage.ts';
import { launcherPage, outboxPage } from '../views/developer-pages.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { sameOrigin } from '../views/same-origin.ts';

export interface DeveloperRouterDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly people: People;
  readonly now: () => number;
}

export function developerRouter({ config, storage, seal, people, now }: DeveloperRouterDependencies): Router {
  const router = Router();
  const apps = async () =>
    (await listStoredClients(storage)).filter(({ launch_url: url, disabled }) => url && !disabled);
  router.use(async (_request, response, next) => {
    pageHeaders(
      response,
      (await apps()).map(({ launch_url: url }) => String(url)),
    );
    next();
  });

  router.get('/', async (request, response) => {
    const query = typeof request.query.q === 'string' ? request.query.q.trim().slice(0, 100) : '';
    const patient = typeof request.query.patient === 'string' ? request.query.patient : '';
    const patients = query.length < 2 ? [] : await people.search(query).catch(() => []);
    const visits = patient === '' ? [] : await people.visits(patient).catch(() => []);
    response.send(launcherPage(config, { apps: await apps(), query, patients, patient, visits }));
  });

  router.post(
    '/launch',
    sameOrigin(config),
    express.urlencoded({ extended: false, limit: '16kb' }),
    async (request, response) => {
      const app = (await apps()).find(({ client_id: id }) => id === field(request, 'app'));
      if (!app?.launch_url) return response.redirect(303, '/developers');
      const [patient, encounter] = [field(request, 'patient'), field(request, 'encounter')];
      const launch = await createLaunch(
        storage,
        {
          clientId: app.client_id,
          ...(patient ? { patient } : {}),
          ...(encounter ? { encounter } : {}),
          needPatientBanner: field(request, 'banner') === 'yes',
        },
        now(),
      );
      response.redirect(303, launchUrl(app.launch_url, config.FHIR_BASE_URL, launch));
    },
  );

  router.get('/outbox', async (_request, response) =>
    response.send(outboxPage(config, await listSent(storage, seal))),
  );
  return router;
}
