/** The FHIR server as any Backend Services client has it, or a person: there is no back door. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { importJWK, type JWK, SignJWT } from 'jose';
import type { Config } from '../config.ts';

/** The FHIR server, or this server's own token endpoint, did not answer as it should. */
export class FhirUnavailable extends Error {
  /** What it answered; undefined when it did not. */
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.name = 'FhirUnavailable';
    this.status = status;
  }
}

export interface FhirApi {
  /** undefined when there is no such resource. Rejects with FhirUnavailable. */
  read<T>(reference: string): Promise<T | undefined>;
  /** The first page's matches. Rejects with FhirUnavailable. */
  search<T>(type: string, parameters: Readonly<Record<string, string>>): Promise<readonly T[]>;
  /** What the clinic's age policy says of a Patient or a RelatedPerson ($age-rules); undefined of a server that has none. Rejects with FhirUnavailable. */
  ageRules(reference: string): Promise<AgeRules | undefined>;
}

/** Of a RelatedPerson: their access is over by the patient's age. Of a Patient: they may have an account of their own. */
export interface AgeRules {
  readonly ended: boolean;
  readonly ownAccount: boolean;
}

export interface WritingFhirApi extends FhirApi {
  /**
   * All of them or none, under their own ids. One that was read (`meta.versionId`) is written only over that version. Rejects with FhirUnavailable; its status
   * is 412 where another was written meanwhile.
   */
  write(resources: readonly Written[]): Promise<void>;
}

export interface Written {
  readonly resourceType: string;
  readonly id: string;
  readonly meta?: { readonly versionId?: string };
}

const TIMEOUT_MS = 5000;
/** Writing is for family access alone; a client that was not given it goes on without (provider/clients.ts: what is not registered is left out). */
const SCOPE = [
  ...[
    'Patient',
    'RelatedPerson',
    'Practitioner',
    'PractitionerRole',
    'Organization',
    'HealthcareService',
    'Location',
    'Encounter',
    'Consent',
  ].map((type) => `system/${type}.rs`),
  'system/RelatedPerson.cu',
  'system/Consent.cu',
].join(' ');
const REFERENCE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/;

/** As this server itself. */
export function createFhirApi(config: Config): WritingFhirApi {
  let token: { readonly value: string; readonly until: number } | undefined;

  async function accessToken(): Promise<string> {
    if (token && token.until > Date.now()) return token.value;
    const response = await ask(`${config.AUTH_ISSUER}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: SCOPE,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(config),
      }),
    });
    if (!response.ok) throw new FhirUnavailable(`the token endpoint answered ${response.status}`);
    const { access_token: value, expires_in: seconds } = (await response.json()) as {
      access_token: string;
      expires_in: number;
    };
    token = { value, until: Date.now() + (seconds - 30) * 1000 };
    return value;
  }

  return fhirApi(config, accessToken, () => {
    token = undefined;
  });
}

/** With whatever token is given; `forget`: it was refused. */
export function fhirApi(
  config: Config,
  accessToken: () => Promise<string>,
  forget: () => void = () => undefined,
): WritingFhirApi {
  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      Authorization: `Bearer ${await accessToken()}`,
      Accept: 'application/fhir+json',
      ...init.headers,
    };
    const response = await ask(`${config.FHIR_BASE_URL}/${path}`, { ...init, headers });
    if (response.status === 401) forget();
    return response;
  }

  return {
    async read<T>(reference: string) {
      if (!REFERENCE.test(reference)) return undefined;
      const response = await request(reference);
      if (response.status === 404 || response.status === 410) return undefined;
      if (!response.ok)
        throw new FhirUnavailable(`the FHIR server answered ${response.status}`, response.status);
      return (await response.json()) as T;
    },
    async search<T>(type: string, parameters: Readonly<Record<string, string>>) {
      const response = await request(`${type}?${new URLSearchParams(parameters)}`);
      if (!response.ok)
        throw new FhirUnavailable(`the FHIR server answered ${response.status}`, response.status);
      const bundle = (await response.json()) as { entry?: { resource: T }[] };
      return (bundle.entry ?? []).map(({ resource }) => resource);
    },
    async ageRules(reference) {
      if (!REFERENCE.test(reference)) return undefined;
      const response = await request(`${reference}/$age-rules`);
      if (!response.ok) {
        await response.body?.cancel();
        if (response.status >= 500 || response.status === 401 || response.status === 429)
          throw new FhirUnavailable(`the FHIR server answered ${response.status}`, response.status);
        return undefined;
      }
      const { parameter = [] } = (await response.json()) as {
        parameter?: readonly { readonly name?: string; readonly valueBoolean?: boolean }[];
      };
      const said = (name: string) => parameter.find((each) => each.name === name)?.valueBoolean;
      return { ended: said('ended') === true, ownAccount: said('ownAccount') !== false };
    },
    async write(resources) {
      const body = JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: resources.map((resource) => ({
          resource,
          request: {
            method: 'PUT',
            url: `${resource.resourceType}/${resource.id}`,
            ...(resource.meta?.versionId ? { ifMatch: `W/"${resource.meta.versionId}"` } : {}),
          },
        })),
      });
      const headers = { 'Content-Type': 'application/fhir+json' };
      const response = await request('', { method: 'POST', headers, body });
      await response.body?.cancel();
      if (!response.ok)
        throw new FhirUnavailable(`the FHIR server answered ${response.status}`, response.status);
    },
  };
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new FhirUnavailable(`${new URL(url).origin} can't be reached: ${(cause as Error).message}`);
  }
}

async function assertion(config: Config): Promise<string> {
  let jwk: JWK;
  try {
    jwk = JSON.parse(readFileSync(config.clientKeyFile, 'utf8')) as JWK;
  } catch {
    throw new FhirUnavailable('AUTH_CLIENT_KEY_FILE can not be read');
  }
  const alg = jwk.alg ?? 'ES384';
  return new SignJWT({})
    .setProtectedHeader({ alg, kid: jwk.kid ?? '', typ: 'JWT' })
    .setIssuer('auth-server')
    .setSubject('auth-server')
    .setAudience(`${config.AUTH_ISSUER}/token`)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(jwk, alg));
}
