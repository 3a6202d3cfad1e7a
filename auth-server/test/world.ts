/** The server as it runs, on a socket of its own, with its storage in a temporary folder; and a person with a browser's cookie jar. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { importAccounts } from '../src/accounts/import-accounts.ts';
import { loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { startServer } from '../src/server.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import type { Storage } from '../src/storage/storage.ts';

export const FHIR = 'http://127.0.0.1:1/fhir';
export const CALLBACK = 'http://127.0.0.1:9/callback';
export const PASSWORD = 'Wellspring-Demo-1';

export interface World {
  readonly issuer: string;
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
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export type TokenBody = any;

export async function openWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-auth-'));
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  const serviceKey = { ...(await exportJWK(privateKey)), kid: 'service', alg: 'ES384' };
  const { d: _, ...publicKey } = serviceKey;
  const service = (client_id: string, members: object) => ({
    client_id,
    ...members,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES384',
    jwks: { keys: [publicKey] },
  });
  const app = (client_id: string, members: object) => ({
    client_id,
    client_name: client_id,
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...members,
  });
  writeFileSync(
    join(dataDir, 'clients.json'),
    JSON.stringify([
      app('portal', { trusted: true }),
      app('third-party', {}),
      service('fhir-server', { introspect: true }),
      service('seed', { smart_scope: 'system/*.cruds' }),
      service('reader', { smart_scope: 'system/Patient.rs' }),
    ]),
  );
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}/oauth2`;
  const config = loadConfig({
    AUTH_PORT: String(port),
    AUTH_ISSUER: issuer,
    FHIR_BASE_URL: FHIR,
    PORTAL_URL: 'http://127.0.0.1:9',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
  });
  const server = await startServer(config, createLog('silent'));
  const storage = await openStorage(config);
  await importAccounts(storage, [
    account('maria', 'Patient/maria', 'patient', ['maria']),
    account('parent', 'RelatedPerson/parent', 'proxy', ['child-1', 'child-2']),
    account('nobody', 'Patient/nobody', 'patient', []),
  ]);

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

  return {
    issuer,
    storage,
    serviceKey,
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

function account(username: string, fhirUser: string, role: string, patients: string[]) {
  return {
    username,
    email: `${username}@example.org`,
    password: PASSWORD,
    displayName: username,
    fhirUser,
    role,
    patients,
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

/** Follows redirects with cookies, as far as this server's own pages go; an address of the app is where it ends. */
export class Browser {
  readonly issuer: string;
  readonly cookies = new Map<string, string>();

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
        headers: { ...options.headers, cookie },
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

  signIn(page: PageAnswer, login: string, password = PASSWORD): Promise<PageAnswer> {
    return this.submit(page, 'login', { login, password });
  }
}

/** The usual request of a standalone launch. */
export function launch(
  challenge: string,
  members: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  return {
    response_type: 'code',
    client_id: 'third-party',
    redirect_uri: CALLBACK,
    scope: 'openid fhirUser launch/patient offline_access patient/Observation.rs patient/Patient.rs',
    state: 'state-1',
    aud: FHIR,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...members,
  };
}
