/** `POST {issuer}/launch`: an EHR, with a Backend Services token of its own, asks for a launch with context. */
import express, { type Request, type Response, Router } from 'express';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import type { People } from '../fhir/people.ts';
import type { Shown } from '../fhir/shown.ts';
import type { OwnMembers } from '../provider/clients.ts';
import type { Storage } from '../storage/storage.ts';
import { createLaunch, LAUNCH_LIFE_MS, launchUrl } from './ehr-launch.ts';

export interface LaunchDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
  readonly people: People;
  readonly shown: Shown;
  readonly now: () => number;
}

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be the id of a resource');
const reference = z.string().regex(/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/, 'must be Type/id');
const contextItem = z
  .strictObject({
    reference: reference.optional(),
    canonical: z.url().optional(),
    identifier: z.looseObject({}).optional(),
    type: z
      .string()
      .regex(/^[A-Z][A-Za-z]+$/)
      .optional(),
    role: z.string().min(1).optional(),
  })
  .refine(
    (item) => item.reference || item.canonical || item.identifier,
    'needs reference, canonical or identifier',
  )
  .refine(
    ({ reference: at, role }) =>
      !/^(Patient|Encounter)\//.test(at ?? '') || (role !== undefined && role !== 'launch'),
    'Patient and Encounter have members of their own, unless another role than launch is given',
  )
  .refine(
    ({ role }) => role === undefined || role === 'launch' || URL.canParse(role),
    'role must be launch or an absolute URI',
  );
const schema = z
  .strictObject({
    client_id: z.string().min(1).max(200),
    patient: id.optional(),
    encounter: id.optional(),
    user: z
      .string()
      .regex(
        /^(Patient|RelatedPerson|Practitioner)\/[A-Za-z0-9\-.]{1,64}$/,
        'must be Practitioner/id, Patient/id or RelatedPerson/id',
      )
      .optional(),
    intent: z.string().min(1).max(200).optional(),
    need_patient_banner: z.boolean().optional(),
    fhirContext: z.array(contextItem).max(20).optional(),
  })
  .refine(
    ({ encounter, patient }) => encounter === undefined || patient !== undefined,
    'an encounter needs its patient',
  );

const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/;

export function launchRouter(dependencies: LaunchDependencies): Router {
  const router = Router();
  router.post('/', express.json({ limit: '64kb', type: () => true }), async (request, response) => {
    response.set('Cache-Control', 'no-store');
    const ehr = await callingEhr(dependencies.provider, request);
    if (!ehr) {
      response.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      return problem(response, 401, 'invalid_token', 'a token of a client that may launch apps is needed');
    }
    const parsed = schema.safeParse(request.body);
    if (!parsed.success) {
      const [first] = parsed.error.issues;
      return problem(
        response,
        400,
        'invalid_request',
        [first?.path.join('.'), first?.message].filter(Boolean).join(': '),
      );
    }
    await answer(dependencies, response, parsed.data, ehr);
  });
  router.use((_error: unknown, _request: Request, response: Response, _next: () => void) =>
    problem(response, 400, 'invalid_request', 'the body must be a JSON object'),
  );
  return router;
}

async function answer(
  { provider, config, storage, people, shown, now }: LaunchDependencies,
  response: Response,
  asked: z.infer<typeof schema>,
  ehr: string,
): Promise<void> {
  const client = (await provider.Client.find(asked.client_id)) as
    | (OwnMembers & { clientId: string })
    | undefined;
  if (!client) return problem(response, 400, 'invalid_request', 'client_id: there is no such app');
  let wrong: string | undefined;
  try {
    wrong = await contextProblem({ people, shown }, asked);
  } catch (error) {
    if (!(error instanceof FhirUnavailable)) throw error;
    response.set('Retry-After', '5');
    return problem(response, 503, 'temporarily_unavailable', 'the FHIR server can not be asked now');
  }
  if (wrong) return problem(response, 422, 'invalid_request', wrong);
  const launch = await createLaunch(
    storage,
    {
      clientId: client.clientId,
      patient: asked.patient,
      encounter: asked.encounter,
      fhirUser: asked.user,
      fhirContext: asked.fhirContext as never,
      intent: asked.intent,
      needPatientBanner: asked.need_patient_banner,
    },
    now(),
  );
  await storage.appendAudit({ at: now(), event: 'launch asked', clientId: ehr, detail: client.clientId });
  response.status(201).json({
    launch,
    iss: config.FHIR_BASE_URL,
    expires_in: LAUNCH_LIFE_MS / 1000,
    ...(client.launch_url ? { launch_url: launchUrl(client.launch_url, config.FHIR_BASE_URL, launch) } : {}),
  });
}

/** The client behind the token, when it is one that may launch. */
async function callingEhr(provider: Provider, request: Request): Promise<string | undefined> {
  const [, credential] = BEARER.exec(request.headers.authorization ?? '') ?? [];
  const token = credential === undefined ? undefined : await provider.ClientCredentials.find(credential);
  if (!token?.isValid || !token.clientId) return undefined;
  const client = (await provider.Client.find(token.clientId)) as OwnMembers | undefined;
  return client?.may_launch === true ? token.clientId : undefined;
}

/** Context must exist, and belong together. */
async function contextProblem(
  { people, shown }: Pick<LaunchDependencies, 'people' | 'shown'>,
  { patient, encounter, user }: z.infer<typeof schema>,
): Promise<string | undefined> {
  if (user !== undefined && (await people.nameOf(user)) === undefined) return 'user: there is no such person';
  if (patient !== undefined && (await people.nameOf(`Patient/${patient}`)) === undefined)
    return 'patient: there is no such patient';
  if (encounter === undefined) return undefined;
  const visit = await shown.visit(encounter);
  return visit?.patient === patient ? undefined : 'encounter: there is no such encounter of this patient';
}

function problem(response: Response, status: number, error: string, error_description: string): void {
  response.status(status).json({ error, error_description });
}
