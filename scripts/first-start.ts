/** Makes what a first start needs and an administrator would make by hand: keys of the first-party clients, and the list of those clients. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeFolder } from '@wellspring/serving/private-files';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { AppAddresses } from './start-config.ts';

const SERVICE_CLIENTS = {
  'fhir-server': { client_name: 'Wellspring FHIR server', introspect: true },
  seed: { client_name: 'Wellspring sample data', smart_scope: 'system/*.cruds' },
  // To try Bulk Data with, or for a warehouse of the house: it reads everything and writes nothing.
  bulk: { client_name: 'Wellspring bulk export', smart_scope: 'system/*.rs' },
  'auth-server': {
    client_name: 'Wellspring accounts',
    smart_scope:
      'system/Patient.rs system/RelatedPerson.rs system/Practitioner.rs system/PractitionerRole.rs system/Organization.rs system/HealthcareService.rs system/Location.rs system/Encounter.rs system/RelatedPerson.cu system/Consent.crus',
  },
} as const;

/** Idempotent; what is there is left as it is, but for the addresses of the apps, which follow the configuration. */
export async function prepareDataFolder(dataDir: string, addresses: AppAddresses): Promise<void> {
  closeFolder(dataDir);
  mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  const clients: object[] = [portalClient(addresses.PORTAL_URL), deskClient(addresses.DESK_URL)];
  for (const [clientId, members] of Object.entries(SERVICE_CLIENTS)) {
    const { d: _, ...publicKey } = await clientKey(join(dataDir, 'keys', `${clientId}.jwk.json`));
    clients.push({
      client_id: clientId,
      ...members,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES384',
      jwks: { keys: [publicKey] },
    });
  }
  writeWhole(join(dataDir, 'clients.json'), JSON.stringify(clients, undefined, 2));
}

function portalClient(url: string): object {
  return { client_id: 'portal', client_name: 'your health portal', meant_for: 'patients', ...ownApp(url) };
}

function deskClient(url: string): object {
  return {
    client_id: 'desk',
    client_name: 'the care team’s desk',
    meant_for: 'staff',
    smart_scope: 'user/*.cruds',
    launch_url: `${url}/launch`,
    ...ownApp(url),
  };
}

function ownApp(url: string): object {
  return {
    application_type: 'web',
    redirect_uris: [`${url}/callback`],
    post_logout_redirect_uris: [`${url}/`],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    trusted: true,
  };
}

async function clientKey(file: string): Promise<JWK> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  const jwk = {
    ...(await exportJWK(privateKey)),
    kid: randomBytes(8).toString('hex'),
    alg: 'ES384',
    use: 'sig',
  };
  writeWhole(file, JSON.stringify(jwk));
  return jwk;
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
