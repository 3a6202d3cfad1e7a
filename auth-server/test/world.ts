/**
 * The server as it runs, on a socket of its own, with its storage in a temporary folder, beside a real fhir-server; and a person with a browser's
 * cookie jar.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import {
  type ServerProcess,
  startProcess,
  stopProcesses,
  waitUntilHealthy,
} from '../../scripts/processes.ts';
import { importAccounts } from '../src/accounts/import-accounts.ts';
import { type Config, loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { startServer } from '../src/server.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import type { Storage } from '../src/storage/storage.ts';

export const CALLBACK = 'http://127.0.0.1:9/callback';
export const AFTER_SIGN_OUT = 'http://127.0.0.1:9/';
export const PASSWORD = 'Wellspring-Demo-1';
export const SECRET = 'a-secret-of-32-bytes-for-the-test';

export interface World {
  readonly issuer: string;
  /** The FHIR base URL. */
  readonly fhir: string;
  readonly config: Config;
  readonly dataDir: string;
  readonly storage: Storage;
  readonly serviceKey: JWK;
  /** A new person at a new browser. */
  browser(): Browser;
  token(
    form: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: TokenBody }>;
  introspect(token: string, clientId?: string): Promise<Record<string, unknown>>;
  assertion(clientId: string, members?: Record<string, unknown>): Promise<string>;
  /** A second server process's worth of server on the same store. */
  startAnother(): Promise<{ readonly issuer: string; close(): Promise<void> }>;
  /** A request to the FHIR server, with a token of the seed client where none is given. */
  ask(path: string, options?: { token?: string; method?: string; body?: unknown }): Promise<Response>;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export type TokenBody = any;

/** Metadata of an app, as clients.json has it. */
export const appClient = (client_id: string, members: object = {}) => ({
  client_id,
  client_name: client_id,
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  ...members,
});

/** The same of a service that signs in with its key. */
export const serviceClient = (client_id: string, publicKey: JWK, members: object) => ({
  client_id,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES384',
  jwks: { keys: [publicKey] },
  ...members,
});

export interface WorldOptions {
  /** Without a FHIR server nothing is looked up: for what needs none. */
  readonly fhir?: boolean;
  /** `localhost` for a real browser: passkeys are bound to a name, not to an address. */
  readonly host?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openWorld({
  fhir: needsFhir = true,
  host = '127.0.0.1',
  env = {},
}: WorldOptions = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-auth-'));
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  const serviceKey = { ...(await exportJWK(privateKey)), kid: 'service', alg: 'ES384' };
  const { d: _, ...publicKey } = serviceKey;
  const service = (client_id: string, members: object) => serviceClient(client_id, publicKey, members);
  writeFileSync(
    join(dataDir, 'clients.json'),
    JSON.stringify([
      appClient('portal', { trusted: true, post_logout_redirect_uris: [AFTER_SIGN_OUT] }),
      appClient('third-party', { post_logout_redirect_uris: [AFTER_SIGN_OUT] }),
      appClient('secret', { token_endpoint_auth_method: 'client_secret_basic', client_secret: SECRET }),
      service('fhir-server', { introspect: true }),
      service('auth-server', {
        smart_scope:
          'system/Patient.rs system/RelatedPerson.rs system/Practitioner.rs system/PractitionerRole.rs system/Organization.rs system/HealthcareService.rs system/Location.rs system/Encounter.rs system/RelatedPerson.cu system/Consent.crus',
      }),
      service('seed', { smart_scope: 'system/*.cruds' }),
      service('inspector', { smart_scope: 'system/Patient.rs', introspect: true }),
      service('ehr', { smart_scope: 'system/*.rs', may_launch: true }),
      service('reader', { smart_scope: 'system/Patient.rs' }),
    ]),
  );
  mkdirSync(join(dataDir, 'keys'));
  for (const name of ['auth-server', 'fhir-server'])
    writeFileSync(join(dataDir, 'keys', `${name}.jwk.json`), JSON.stringify(serviceKey));
  const [port, fhirPort] = [await freePort(), await freePort()];
  const issuer = `http://${host}:${port}/oauth2`;
  const fhir = needsFhir ? `http://127.0.0.1:${fhirPort}/fhir` : 'http://127.0.0.1:1/fhir';
  const environment = {
    AUTH_PORT: String(port),
    AUTH_ISSUER: issuer,
    FHIR_BASE_URL: fhir,
    PORTAL_URL: 'http://127.0.0.1:9',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    MONGODB_URL: '',
    ...env,
  };
  const config = loadConfig(environment);
  const server = await startServer(config, createLog('silent'));
  const storage = await openStorage(config);
  await importAccounts(
    storage,
    [
      account('maria', 'patient', ['Patient/maria']),
      account('parent', 'proxy', ['RelatedPerson/parent-1', 'RelatedPerson/parent-2']),
      account('nobody', 'patient', []),
      account('doctor', 'practitioner', ['Practitioner/doctor']),
    ],
    { demo: true, now: Date.now() },
  );
  let fhirServer: ServerProcess | undefined;
  if (needsFhir) {
    fhirServer = startProcess(
      'fhir-server',
      'fhir-server/src/main.ts',
      {
        ...environment,
        FHIR_PORT: String(fhirPort),
        INTROSPECTION_CACHE_SECONDS: '0',
        LOG_LEVEL: 'error',
      },
      (line) => process.stderr.write(`${line}\n`),
    );
    await waitUntilHealthy(fhirServer, `http://127.0.0.1:${fhirPort}/healthz`);
  }

  async function assertion(clientId: string, members: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: `${issuer}/token`,
      iat: now,
      exp: now + 60,
      jti: randomUUID(),
      ...members,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES384', kid: 'service', typ: 'JWT' })
      .sign(privateKey);
  }

  async function token(form: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as TokenBody };
  }

  let systemToken: { value: string; until: number } | undefined;
  async function system(): Promise<string> {
    if (!systemToken || systemToken.until < performance.now()) {
      const { body } = await token({
        grant_type: 'client_credentials',
        scope: 'system/*.cruds',
        ...(await clientAssertion(assertion, 'seed')),
      });
      systemToken = { value: body.access_token as string, until: performance.now() + 200_000 };
    }
    return systemToken.value;
  }
  async function ask(
    path: string,
    options: { token?: string; method?: string; body?: unknown } = {},
  ): Promise<Response> {
    return fetch(`${fhir}/${path}`, {
      method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
      headers: {
        Authorization: `Bearer ${options.token ?? (await system())}`,
        'Content-Type': 'application/fhir+json',
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  }
  if (needsFhir) {
    const loaded = await ask('', { body: records() });
    if (!loaded.ok) throw new Error(await loaded.text());
  }

  return {
    issuer,
    fhir,
    config,
    dataDir,
    storage,
    serviceKey,
    ask,
    async startAnother() {
      const otherPort = await freePort();
      const other = await startServer({ ...config, AUTH_PORT: otherPort }, createLog('silent'));
      return { issuer: `http://127.0.0.1:${otherPort}/oauth2`, close: other.close };
    },
    token,
    assertion,
    browser: () => new Browser(issuer),
    async introspect(value, clientId = 'fhir-server') {
      const response = await fetch(`${issuer}/introspect`, {
        method: 'POST',
        body: new URLSearchParams({
          token: value,
          client_id: clientId,
          ...(await clientAssertion(assertion, clientId)),
        }),
      });
      return (await response.json()) as Record<string, unknown>;
    },
    async close() {
      if (fhirServer) await stopProcesses([fhirServer]);
      await storage.close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function clientAssertion(
  assertion: World['assertion'],
  clientId: string,
): Promise<{ client_assertion_type: string; client_assertion: string }> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(clientId),
  };
}

function account(username: string, role: string, persons: string[]) {
  return {
    username,
    email: `${username}@example.org`,
    password: PASSWORD,
    displayName: username,
    role,
    persons,
  };
}

/** Who these accounts are to the FHIR server, and a few results to tell scopes apart by. */
function records(): object {
  const patient = (id: string, more: object = {}) => ({
    resourceType: 'Patient',
    id,
    name: [{ given: [`${id[0]?.toUpperCase()}${id.slice(1)}`], family: 'Tester' }],
    birthDate: '1980-02-03',
    ...more,
  });
  const related = (id: string, of: string) => ({
    resourceType: 'RelatedPerson',
    id,
    active: true,
    patient: { reference: `Patient/${of}` },
    name: [{ given: ['Pat'], family: 'Tester' }],
  });
  const observation = (id: string, category: string, code: string) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] },
    ],
    code: { coding: [{ system: 'http://loinc.org', code }] },
    subject: { reference: 'Patient/maria' },
    effectiveDateTime: '2026-01-02',
  });
  const resources = [
    patient('maria', {
      telecom: [
        { system: 'email', value: 'Maria@Example.org' },
        { system: 'phone', value: '(555) 010-0100' },
      ],
    }),
    patient('child-1'),
    patient('child-2'),
    patient('other'),
    patient('new-one', {
      name: [{ given: ['Ana', 'Maria'], family: "O'Neil" }],
      birthDate: '1991-07-08',
      telecom: [
        { system: 'email', value: 'ana@example.org' },
        { system: 'phone', value: '(555) 010-0142' },
      ],
    }),
    patient('twin-1', {
      name: [{ given: ['Sam'], family: 'Twin' }],
      telecom: [{ system: 'email', value: 'sam@example.org' }],
    }),
    patient('twin-2', {
      name: [{ given: ['Sam'], family: 'Twin' }],
      telecom: [{ system: 'email', value: 'sam2@example.org' }],
    }),
    related('parent-1', 'child-1'),
    related('parent-2', 'child-2'),
    { resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Doctor' }] },
    {
      resourceType: 'PractitionerRole',
      id: 'role',
      active: true,
      practitioner: { reference: 'Practitioner/doctor' },
      code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'clinician' }] }],
    },
    {
      resourceType: 'Encounter',
      id: 'visit-1',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      subject: { reference: 'Patient/maria' },
      period: { start: '2026-01-02' },
    },
    observation('lab', 'laboratory', '4548-4'),
    observation('smoking', 'social-history', '72166-2'),
  ];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function pkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export interface PageAnswer {
  readonly status: number;
  readonly url: string;
  readonly html: string;
  readonly headers: Headers;
}

let addresses = 0;
function newAddress(): string {
  addresses += 1;
  return `10.0.${Math.floor(addresses / 250)}.${addresses % 250}`;
}

/** Follows redirects with cookies, as far as this server's own pages go; an address of the app is where it ends. */
export class Browser {
  readonly issuer: string;
  readonly cookies = new Map<string, string>();
  /** As a proxy in front tells it (TRUST_PROXY_HOPS=1): everybody has their own. */
  address = newAddress();

  constructor(issuer: string) {
    this.issuer = issuer;
  }

  async open(url: string, init: RequestInit = {}): Promise<PageAnswer> {
    let target = url;
    let options = init;
    for (let hop = 0; hop < 20; hop++) {
      if (!target.startsWith(new URL(this.issuer).origin))
        return { status: 0, url: target, html: '', headers: new Headers() };
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(target, {
        ...options,
        redirect: 'manual',
        headers: { ...options.headers, cookie, 'x-forwarded-for': this.address },
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const at = pair.indexOf('=');
        const value = pair.slice(at + 1);
        if (value === '') this.cookies.delete(pair.slice(0, at));
        else this.cookies.set(pair.slice(0, at), value);
      }
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || !location) {
        return {
          status: response.status,
          url: target,
          html: await response.text(),
          headers: response.headers,
        };
      }
      target = new URL(location, target).href;
      options = {};
    }
    throw new Error('too many redirects');
  }

  authorize(parameters: Record<string, string | undefined>): Promise<PageAnswer> {
    const given = Object.entries(parameters).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return this.open(`${this.issuer}/authorize?${new URLSearchParams(given)}`);
  }

  submit(
    page: PageAnswer,
    name: string,
    form: Record<string, string> | [string, string][],
  ): Promise<PageAnswer> {
    const origin = new URL(this.issuer).origin;
    return this.open(`${page.url}/${name}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin },
    });
  }

  /** A form of a page that has an address of its own. */
  post(path: string, form: Record<string, string>): Promise<PageAnswer> {
    const { origin } = new URL(this.issuer);
    return this.open(`${origin}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin },
    });
  }

  get(path: string): Promise<PageAnswer> {
    return this.open(`${new URL(this.issuer).origin}${path}`);
  }

  /** Signed in to the account pages. */
  async signInToAccount(login: string, password = PASSWORD): Promise<PageAnswer> {
    const page = await this.get('/account');
    return this.signIn(page, login, password);
  }

  signIn(page: PageAnswer, login: string, password = PASSWORD): Promise<PageAnswer> {
    return this.submit(page, 'login', { login, password });
  }
}

/** The usual request of a standalone launch. */
export function launch(
  fhir: string,
  challenge: string,
  members: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  return {
    response_type: 'code',
    client_id: 'third-party',
    redirect_uri: CALLBACK,
    scope: 'openid fhirUser launch/patient offline_access patient/Observation.rs patient/Patient.rs',
    state: 'state-1',
    aud: fhir,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...members,
  };
}
