/** `/developers`: a launcher that acts as an EHR does against the demonstration data, and the messages that were sent. Never in production. */
import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import type { Shown } from '../fhir/shown.ts';
import { field } from '../interactions/step.ts';
import { createLaunch, launchUrl } from '../launch/ehr-launch.ts';
import { listSent } from '../messages/delivery.ts';
import { listFiles } from '../messages/outbox-files.ts';
import { answeredOnce } from '../pages/answered-once.ts';
import { listStoredClients, loadClients, type StoredClient } from '../provider/clients.ts';
import { checkRegistration } from '../registration/policy.ts';
import { takenBy } from '../registration/taken.ts';
import { artifact, type Storage } from '../storage/storage.ts';
import { launcherPage, outboxPage } from '../views/developer-pages.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { sameOrigin } from '../views/same-origin.ts';

export interface DeveloperRouterDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly shown: Shown;
  readonly now: () => number;
}

export function developerRouter({ config, storage, seal, shown, now }: DeveloperRouterDependencies): Router {
  const router = Router();
  const form = [
    sameOrigin(config),
    express.urlencoded({ extended: false, limit: '16kb' }),
    answeredOnce({ storage, seal, now }),
  ];
  // The file's own members are those that are stored of the others.
  const own = loadClients(config) as unknown as readonly StoredClient[];
  const apps = async () =>
    [...own, ...(await listStoredClients(storage))].filter(
      ({ launch_url: url, disabled }) => url && !disabled,
    );
  router.use(async (_request, response, next) => {
    pageHeaders(
      response,
      (await apps()).map(({ launch_url: url }) => String(url)),
    );
    next();
  });

  router.get('/', (request, response) => show(request, response));

  async function show(request: Request, response: Response, problem?: string): Promise<void> {
    const query = typeof request.query.q === 'string' ? request.query.q.trim().slice(0, 100) : '';
    const patient = typeof request.query.patient === 'string' ? request.query.patient : '';
    const patients = query.length < 2 ? [] : await shown.search(query).catch(() => []);
    const visits = patient === '' ? [] : await shown.visits(patient).catch(() => []);
    response.send(
      launcherPage(config, {
        apps: await apps(),
        query,
        patients,
        patient,
        visits,
        problem,
        values: request.body ?? {},
      }),
    );
  }

  router.post('/launch', ...form, async (request, response) => {
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
  });

  router.post('/apps', ...form, async (request, response) => {
    const asked = {
      client_name: field(request, 'client_name'),
      token_endpoint_auth_method: 'none',
      redirect_uris: [field(request, 'redirect_uri').trim()],
      launch_url: field(request, 'launch_url').trim(),
    };
    const checked = checkRegistration(asked, [], takenBy(config));
    if (!('metadata' in checked)) return show(request, response.status(400), checked.error_description);
    const clientId = randomUUID();
    // On a developer's own machine the developer is the administrator.
    const may = { smart_scope: 'patient/*.cruds user/*.cruds', status: 'approved' };
    await storage.saveArtifact(
      artifact('Client', clientId, { ...checked.metadata, ...may, client_id: clientId }),
    );
    response.redirect(303, '/developers');
  });

  router.get('/outbox', async (_request, response) =>
    response.send(
      outboxPage(
        config,
        [...(await listSent(storage, seal)), ...listFiles(config.OUTBOX_DIR)].toSorted((a, b) => b.at - a.at),
      ),
    ),
  );
  return router;
}
