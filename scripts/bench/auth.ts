/** Sign-ins and tokens a second, what a password costs, and what a flood of wrong passwords does to everybody else. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { hashPassword } from '../../auth-server/src/accounts/password.ts';
import { startProcess, stopProcesses, waitUntilHealthy } from '../processes.ts';
import type { Row } from './row.ts';
import { freePort } from './servers.ts';

const PASSWORD = 'Wellspring-Demo-1';
const CALLBACK = 'http://127.0.0.1:9/callback';
const SECRET = 'a-secret-of-the-bench-client-0123456789';

interface Auth {
  readonly issuer: string;
  readonly origin: string;
  close(): Promise<void>;
}

export async function authorization(seconds: number): Promise<Row[]> {
  const auth = await startAuth();
  try {
    const hash = await passwordMilliseconds();
    const signIns = await inParallel(8, seconds, () =>
      signIn(auth, `10.1.0.${Math.floor(Math.random() * 250)}`),
    );
    const credentials = await inParallel(16, seconds, () => clientCredentials(auth));
    const quiet = await refreshes(auth, seconds);
    const { result: flooded, answered } = await withFlood(auth, 200, () => refreshes(auth, seconds));
    return [
      { what: 'argon2id, 19 MiB, 2 passes', measured: `${hash.toFixed(0)} ms`, against: '', goal: '' },
      {
        what: 'sign-in, from /authorize to the code, 8 at once',
        measured: `${signIns.toFixed(1)}/s`,
        against: `${Math.round((signIns * hash) / 10)} % of what one processor can hash`,
        goal: '',
      },
      {
        what: 'client_credentials token, 16 at once',
        measured: `${Math.round(credentials)}/s`,
        against: '',
        goal: '',
      },
      { what: 'refresh with rotation, 8 at once', measured: `${Math.round(quiet)}/s`, against: '', goal: '' },
      {
        what: `the same under ${Math.round(answered)} wrong passwords a second`,
        measured: `${Math.round(flooded)}/s`,
        against: `${Math.round((100 * flooded) / quiet)} % of without`,
        goal: '≥ 50 %',
      },
    ];
  } finally {
    await auth.close();
  }
}

async function passwordMilliseconds(): Promise<number> {
  await hashPassword(PASSWORD);
  const begin = performance.now();
  for (let i = 0; i < 10; i++) await hashPassword(PASSWORD);
  return (performance.now() - begin) / 10;
}

/** How often `work` was done in a second by so many at once. */
async function inParallel(atOnce: number, seconds: number, work: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let done = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      await work();
      done += 1;
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: atOnce }, one));
  return done / ((performance.now() - begin) / 1000);
}

async function refreshes(auth: Auth, seconds: number): Promise<number> {
  const chains = await Promise.all(Array.from({ length: 8 }, (_, i) => firstTokens(auth, `10.2.0.${i}`)));
  const end = performance.now() + seconds * 1000;
  let done = 0;
  const begin = performance.now();
  await Promise.all(
    chains.map(async (first) => {
      let token = first;
      while (performance.now() < end) {
        token = (
          await tokenRequest(auth, { grant_type: 'refresh_token', client_id: 'app', refresh_token: token })
        ).refresh_token;
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - begin) / 1000);
}

/** Wrong passwords at a steady rate, each from another address for another account: no limit by either stops them. */
async function withFlood<T>(
  auth: Auth,
  perSecond: number,
  work: () => Promise<T>,
): Promise<{ result: T; answered: number }> {
  const visitor = new Visitor(auth, '10.3.0.1');
  const page = await visitor.open(authorizeUrl(auth, 'app').url);
  let n = 0;
  let answered = 0;
  const begin = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - begin) / 1000) * perSecond;
    for (; n < due; n++) {
      const address = `10.${4 + (n % 200)}.${Math.floor(n / 200) % 250}.7`;
      void visitor
        .post(`${page.url}/login`, { login: `nobody-${n}`, password: 'Wrong-Password-1' }, address)
        .then(() => {
          answered += 1;
        })
        .catch(() => undefined);
    }
  }, 20);
  const result = await work();
  clearInterval(timer);
  return { result, answered: answered / ((performance.now() - begin) / 1000) };
}

async function signIn(auth: Auth, address: string): Promise<string> {
  const visitor = new Visitor(auth, address);
  const { url } = authorizeUrl(auth, 'trusted');
  const page = await visitor.open(url);
  const end = await visitor.post(
    `${page.url}/login`,
    { login: `user-${Math.floor(Math.random() * 50)}`, password: PASSWORD },
    address,
  );
  if (!end.url.includes('code=')) throw new Error(`no code: ${end.url}`);
  return end.url;
}

async function firstTokens(auth: Auth, address: string): Promise<string> {
  const visitor = new Visitor(auth, address);
  const { url, verifier } = authorizeUrl(auth, 'app', 'openid online_access');
  const page = await visitor.open(url);
  const consent = await visitor.post(`${page.url}/login`, { login: 'user-1', password: PASSWORD }, address);
  const end = await visitor.post(`${consent.url}/consent`, { group: 'online_access' }, address);
  const code = new URL(end.url).searchParams.get('code') ?? '';
  return (
    await tokenRequest(auth, {
      grant_type: 'authorization_code',
      client_id: 'app',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    })
  ).refresh_token;
}

const clientCredentials = (auth: Auth) =>
  tokenRequest(auth, {
    grant_type: 'client_credentials',
    scope: 'system/Patient.rs',
    client_id: 'service',
    client_secret: SECRET,
  });

async function tokenRequest(auth: Auth, form: Record<string, string>): Promise<{ refresh_token: string }> {
  const response = await fetch(`${auth.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const body = (await response.json()) as { refresh_token: string };
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body;
}

function authorizeUrl(auth: Auth, client: string, scope = 'openid'): { url: string; verifier: string } {
  const verifier = randomBytes(32).toString('base64url');
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: CALLBACK,
    scope,
    state: randomBytes(16).toString('hex'),
    aud: 'http://127.0.0.1:1/fhir',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return { url: `${auth.issuer}/authorize?${parameters}`, verifier };
}

/** A browser's cookies and redirects, and no more. */
class Visitor {
  readonly auth: Auth;
  readonly address: string;
  readonly cookies = new Map<string, string>();

  constructor(auth: Auth, address: string) {
    this.auth = auth;
    this.address = address;
  }

  post(url: string, form: Record<string, string>, address: string): Promise<{ url: string }> {
    return this.open(url, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: this.auth.origin, 'x-forwarded-for': address },
    });
  }

  async open(url: string, init: RequestInit = {}): Promise<{ url: string }> {
    let target = url;
    let options = init;
    while (target.startsWith(this.auth.origin)) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { 'x-forwarded-for': this.address, ...options.headers, cookie };
      const response = await fetch(target, { ...options, redirect: 'manual', headers });
      await response.arrayBuffer();
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') this.cookies.delete(name);
        else this.cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (!location) return { url: target };
      target = new URL(location, target).href;
      options = {};
    }
    return { url: target };
  }
}

async function startAuth(): Promise<Auth> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-bench-'));
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  writeFileSync(
    join(dataDir, 'key.json'),
    JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'bench', alg: 'ES384' }),
  );
  const app = (client_id: string, members: object = {}) => ({
    client_id,
    redirect_uris: [CALLBACK],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    ...members,
  });
  const service = {
    client_id: 'service',
    client_secret: SECRET,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
    smart_scope: 'system/Patient.rs',
  };
  writeFileSync(
    join(dataDir, 'clients.json'),
    JSON.stringify([app('app'), app('trusted', { trusted: true }), service]),
  );
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    AUTH_PORT: String(port),
    AUTH_ISSUER: `${origin}/oauth2`,
    FHIR_BASE_URL: 'http://127.0.0.1:1/fhir',
    DATA_DIR: dataDir,
    AUTH_CLIENT_KEY_FILE: join(dataDir, 'key.json'),
    TRUST_PROXY_HOPS: '1',
    TOKEN_REQUESTS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'error',
    NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/compile'),
  };
  const accounts = Array.from({ length: 50 }, (_, i) => ({
    username: `user-${i}`,
    email: `user-${i}@example.org`,
    password: PASSWORD,
    displayName: `User ${i}`,
    role: 'patient',
    persons: [],
  }));
  writeFileSync(join(dataDir, 'accounts.json'), JSON.stringify(accounts));
  const server = startProcess('auth-server', 'auth-server/src/main.ts', env, (line) => console.error(line));
  await waitUntilHealthy(server, `${origin}/healthz`);
  const importing = startProcess('import', 'auth-server/src/admin/main.ts', env, () => undefined, [
    'accounts',
    'import',
    join(dataDir, 'accounts.json'),
  ]);
  await new Promise((resolve) => importing.child.once('exit', resolve));
  return {
    issuer: env.AUTH_ISSUER,
    origin,
    async close() {
      await stopProcesses([server]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
