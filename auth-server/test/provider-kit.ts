/**
 * The whole app on a socket of its own, over the kit's storage, and over what the kit says that the FHIR server holds: begun in some fifty milliseconds, so that each
 * statement has one of its own.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import pino from 'pino';
import { createFamily } from '../src/accounts/family.ts';
import { createApp } from '../src/app.ts';
import { createClinic } from '../src/fhir/clinic.ts';
import { type FhirApi, FhirUnavailable } from '../src/fhir/fhir-api.ts';
import { createPeople } from '../src/fhir/people.ts';
import { createShown } from '../src/fhir/shown.ts';
import { loadKeys, type ServerKeys } from '../src/provider/keys.ts';
import { createServices } from '../src/services.ts';
import { type Account, artifact } from '../src/storage/storage.ts';
import { fhirOf, openKit, STRONG, storedPassword } from './kit.ts';
import {
  appClient,
  Browser,
  CALLBACK,
  launch,
  type PageAnswer,
  pkce,
  serviceClient,
  type TokenBody,
} from './world.ts';

/** Made once: they take longer than all the rest. */
let keys: Promise<ServerKeys> | undefined;
async function serverKeys(): Promise<ServerKeys> {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-keys-'));
  try {
    return await loadKeys(join(folder, 'keys.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
let pair: ReturnType<typeof serviceKeys> | undefined;
async function serviceKeys() {
  const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'service', alg: 'ES384' } as JWK };
}

export const APP = 'app';
/** Of apps whose answers do not go to the usual one: on the device, and at their maker's. */
export const ADDRESSES = {
  'on-device': 'https://localhost:9/callback',
  'by-number': 'https://127.0.0.2:9/callback',
  'by-name': 'https://app.localhost:9/callback',
  'by-long-number': 'https://[::1]:9/callback',
  far: 'https://app.example/callback',
};
/** Inside a house: of apps that nobody has looked at, and of one that an administrator approved. */
export const INSIDE = {
  'any-number': 'https://0.0.0.0/callback',
  'any-long-number': 'https://[::]/callback',
  'house-number': 'https://192.168.0.9/callback',
  'link-number': 'https://[fe80::1]/callback',
  'translated-number': 'https://[64:ff9b::7f00:1]/callback',
  'house-name': 'https://printer.local./callback',
  'one-word': 'https://printer/callback',
  approved: 'https://apps.hospital.internal/callback',
};
export const APP_SECRET = 'a-secret-of-32-bytes-for-the-test';

export async function openProvider(env: Record<string, string> = {}) {
  let handler: RequestListener = (_request, response) => void response.end();
  const server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}/oauth2`;
  const kit = await openKit({
    AUTH_ISSUER: issuer,
    AUTH_PORT: String(port),
    FHIR_BASE_URL: 'http://127.0.0.1:1/fhir',
    TRUST_PROXY_HOPS: '1',
    ...env,
  });
  pair ??= serviceKeys();
  const { privateKey, jwk } = await pair;
  const service = (client_id: string, members: object) => serviceClient(client_id, jwk, members);
  writeFileSync(
    kit.config.clientsFile,
    JSON.stringify([
      appClient(APP),
      appClient('short', { grant_types: ['authorization_code'] }),
      appClient('portal', { trusted: true, post_logout_redirect_uris: ['http://127.0.0.1:9/'] }),
      appClient('secret', { token_endpoint_auth_method: 'client_secret_basic', client_secret: APP_SECRET }),
      appClient('for-staff', { meant_for: 'staff' }),
      ...Object.entries(ADDRESSES).map(([name, address]) => appClient(name, { redirect_uris: [address] })),
      ...Object.entries(INSIDE).map(([name, address]) =>
        appClient(name, {
          redirect_uris: [address],
          status: name === 'approved' ? 'approved' : 'unreviewed',
        }),
      ),
      service('fhir-server', { introspect: true, smart_scope: 'system/Patient.rs' }),
      service('reader', { smart_scope: 'system/Patient.rs user/Patient.rs' }),
      service('ehr', { smart_scope: 'system/*.rs', may_launch: true }),
    ]),
  );
  const log = pino({ level: 'silent' });
  const { config, storage, now } = kit;
  keys ??= serverKeys();
  const appKeys = await keys;
  const fhir = { isAway: false };
  const known = fhirOf(kit.resources);
  const orAway = <T>(answer: () => Promise<T>): Promise<T> =>
    fhir.isAway ? Promise.reject(new FhirUnavailable('away')) : answer();
  const api: FhirApi = {
    read: (reference) => orAway(() => known.read(reference)),
    search: (type, parameters) => orAway(() => known.search(type, parameters)),
    ageRules: (reference) => orAway(() => known.ageRules(reference)),
  };
  const nothingIsWritten = () => Promise.reject(new FhirUnavailable('nothing is written here', 403));
  const services = {
    ...createServices({ config, storage, sealKey: Buffer.alloc(32, 7).toString('base64url'), log, now }),
    people: createPeople(api, now),
    family: createFamily({
      storage,
      api: { ...api, write: nothingIsWritten },
      clinic: createClinic(api, undefined, now),
      adultAge: config.ADULT_AGE,
      now,
    }),
    shown: createShown(api),
  };
  // What is sent waits in the store, for `sent()`.
  await services.delivery.stop();
  const shownTo = () => services.shown;
  handler = createApp({ config, storage, services: { ...services, shownTo }, keys: appKeys, log, now });
  kit.resources.push(
    { resourceType: 'Patient', id: 'kim', name: [{ given: ['Kim'], family: 'Lind' }] },
    { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Doc' }] },
    ...['one', 'two'].map((id) => ({
      resourceType: 'RelatedPerson',
      id: `mum-${id}`,
      active: true,
      patient: { reference: `Patient/${id}` },
    })),
    ...['one', 'two'].map((id) => ({ resourceType: 'Patient', id, name: [{ given: [id], family: 'Lind' }] })),
  );
  const passwordHash = storedPassword(STRONG);
  await kit.account({ username: 'kim', persons: ['Patient/kim'], passwordHash });

  async function assertion(clientId: string, members: object = {}, header: object = {}): Promise<string> {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: clientId, sub: clientId, aud: `${issuer}/token`, iat: seconds, exp: seconds + 60 };
    return new SignJWT({ ...claims, jti: randomUUID(), ...members })
      .setProtectedHeader({ alg: 'ES384', kid: 'service', typ: 'JWT', ...header })
      .sign(privateKey);
  }
  const asService = async (clientId: string, members: object = {}, header: object = {}) => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(clientId, members, header),
  });
  async function post(
    path: string,
    form: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Headers; body: TokenBody }> {
    const response = await fetch(`${issuer}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
  }
  const token = (form: Record<string, string>, headers?: Record<string, string>) =>
    post('/token', form, headers);
  const asked = (challenge: string, members: Record<string, string | undefined>) =>
    launch(config.FHIR_BASE_URL, challenge, { client_id: APP, ...members });

  /** Signs somebody in, allows everything, and ends at the app. */
  async function launched(
    members: Record<string, string | undefined> = {},
    browser = new Browser(issuer),
    username = 'kim',
  ) {
    const { verifier, challenge } = pkce();
    let page = await browser.authorize(asked(challenge, members));
    if (page.html.includes('/login"')) page = await browser.signIn(page, username, STRONG);
    const groups = [...page.html.matchAll(/name="group" value="([^"]+)"/g)].map(
      ([, name]): [string, string] => ['group', name ?? ''],
    );
    if (page.html.includes('/consent"')) page = await browser.submit(page, 'consent', groups);
    return { browser, page, code: codeOf(page), verifier, clientId: members.client_id ?? APP };
  }
  const exchange = (
    { code, verifier, clientId }: { code: string; verifier: string; clientId: string },
    members: Record<string, string> = {},
  ) =>
    token({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      ...members,
    });
  return {
    ...kit,
    issuer,
    /** Whether the FHIR server can be asked. */
    fhir,
    /** Another person, with kim's password. */
    person: (username: string, persons: string[], role: Account['role'] = 'patient') =>
      kit.account({ username, persons, role, passwordHash }),
    /** Members of what is registered, in the place of the file's. */
    store: (metadata: Record<string, unknown>) =>
      storage.saveArtifact(
        artifact('Client', String(metadata.client_id), appClient(String(metadata.client_id), metadata)),
      ),
    asked,
    assertion,
    asService,
    post,
    token,
    launched,
    exchange,
    browser: () => new Browser(issuer),
    /** The whole way to the app's tokens. */
    tokens: async (members: Record<string, string | undefined> = {}): Promise<TokenBody> =>
      (await exchange(await launched(members))).body,
    refresh: (refresh_token: string, members: Record<string, string> = {}) =>
      token({ grant_type: 'refresh_token', client_id: APP, refresh_token, ...members }),
    async systemToken(clientId: string, scope: string): Promise<TokenBody> {
      return (await token({ grant_type: 'client_credentials', scope, ...(await asService(clientId)) })).body;
    },
    introspect: async (value: string, members: Record<string, string> = {}, clientId = 'fhir-server') =>
      (await post('/introspect', { token: value, ...members, ...(await asService(clientId)) })).body,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await kit.close();
    },
  };
}

export type ProviderKit = Awaited<ReturnType<typeof openProvider>>;

export const codeOf = (page: PageAnswer): string => new URL(page.url).searchParams.get('code') ?? '';
/** As the app is told it, or as the page says it. */
export const errorOf = (page: PageAnswer): string =>
  new URL(page.url).searchParams.get('error') ?? /<code>(\w+)<\/code>/.exec(page.html)?.[1] ?? '';
