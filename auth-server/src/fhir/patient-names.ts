/** Names of patients for the picker, read through the FHIR API as any Backend Services client reads: there is no back door. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { importJWK, type JWK, SignJWT } from 'jose';
import type { Config } from '../config.ts';

export interface PatientName {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | undefined;
}

/** One entry an id, in the same order; a patient that can't be read is shown by its id. */
export type PatientNames = (ids: readonly string[]) => Promise<readonly PatientName[]>;

interface HumanName {
  readonly text?: string;
  readonly given?: readonly string[];
  readonly family?: string;
}

const TIMEOUT_MS = 5000;

export function createPatientNames(config: Config): PatientNames {
  let token: { readonly value: string; readonly until: number } | undefined;

  async function accessToken(): Promise<string> {
    if (token && token.until > Date.now()) return token.value;
    const jwk = JSON.parse(readFileSync(config.clientKeyFile, 'utf8')) as JWK;
    const alg = jwk.alg ?? 'ES384';
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg, kid: jwk.kid ?? '', typ: 'JWT' })
      .setIssuer('auth-server')
      .setSubject('auth-server')
      .setAudience(`${config.AUTH_ISSUER}/token`)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(await importJWK(jwk, alg));
    const response = await fetch(`${config.AUTH_ISSUER}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'system/Patient.rs',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
    const { access_token: value, expires_in: seconds } = (await response.json()) as {
      access_token: string;
      expires_in: number;
    };
    token = { value, until: Date.now() + (seconds - 30) * 1000 };
    return value;
  }

  return async (ids) => {
    let found: ReadonlyMap<string, PatientName> = new Map();
    try {
      found = await readPatients(config, await accessToken(), ids);
    } catch {
      // The picker still works by id while the FHIR server is away.
    }
    return ids.map((id) => found.get(id) ?? { id, name: id, birthDate: undefined });
  };
}

async function readPatients(
  config: Config,
  token: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PatientName>> {
  const query = new URLSearchParams({ _id: ids.join(','), _elements: 'name,birthDate', _count: '100' });
  const response = await fetch(`${config.FHIR_BASE_URL}/Patient?${query}`, {
    headers: { Authorization: `Bearer ${token}`, Accept: 'application/fhir+json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the FHIR server answered ${response.status}`);
  const bundle = (await response.json()) as {
    entry?: { resource: { id: string; name?: HumanName[]; birthDate?: string } }[];
  };
  return new Map(
    (bundle.entry ?? []).map(({ resource: { id, name, birthDate } }) => [
      id,
      { id, name: nameText(name?.[0]) ?? id, birthDate },
    ]),
  );
}

function nameText(name: HumanName | undefined): string | undefined {
  return name?.text ?? (name && [...(name.given ?? []), name.family].filter(Boolean).join(' '));
}
