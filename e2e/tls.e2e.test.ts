/** The three servers with a certificate of their own and no proxy: they ask each other over TLS, and take a renewed certificate while they run. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { importJWK, type JWK, SignJWT } from 'jose';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareDataFolder } from '../scripts/first-start.ts';
import { type ServerProcess, startProcess, stopProcesses, waitUntilHealthy } from '../scripts/processes.ts';
import { startConfig } from '../scripts/start-config.ts';

let folder: string;
let first: string;
const running: ServerProcess[] = [];
const ports: Record<string, number> = {};
let env: Record<string, string>;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

function put(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.new`), text, { mode: 0o600 });
  renameSync(join(folder, `${name}.new`), join(folder, name));
}

/** A self-made certificate for localhost: its own root. */
async function renew(): Promise<string> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  put('key.pem', key);
  put('cert.pem', cert);
  return cert;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-tls-'));
  first = await renew();
  put('roots.pem', first);
  for (const name of ['FHIR_PORT', 'AUTH_PORT', 'PORTAL_PORT', 'DESK_PORT']) ports[name] = await freePort();
  const config = startConfig({
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    DATA_DIR: join(folder, 'data'),
    TLS_CERT_FILE: join(folder, 'cert.pem'),
  });
  env = {
    ...config.env,
    TLS_CERT_FILE: join(folder, 'cert.pem'),
    TLS_KEY_FILE: join(folder, 'key.pem'),
    NODE_EXTRA_CA_CERTS: join(folder, 'roots.pem'),
    LOG_LEVEL: 'error',
    MONGODB_URL: '',
  };
  await prepareDataFolder(config.dataDir, config.env);
  for (const script of ['auth-server/src/main.ts', 'fhir-server/src/main.ts', 'portal-app/serve/main.ts'])
    running.push(startProcess(script, script, env, (line) => process.stderr.write(`${line}\n`)));
  const health = [ports.AUTH_PORT, ports.FHIR_PORT, ports.PORTAL_PORT];
  await Promise.all(
    running.map((server, i) => waitUntilHealthy(server, `https://localhost:${health[i]}/healthz`)),
  );
});
afterAll(async () => {
  await stopProcesses(running);
  rmSync(folder, { recursive: true, force: true });
});

function ask(
  url: string,
  options: RequestOptions = {},
  body?: string,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca: first, agent: false, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

const serial = (port: number | undefined, version?: SecureVersion): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      port: port ?? 0,
      host: 'localhost',
      rejectUnauthorized: false,
      ...(version ? { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.once('error', reject);
  });

async function token(): Promise<string> {
  const jwk = JSON.parse(readFileSync(join(folder, 'data/keys/seed.jwk.json'), 'utf8')) as JWK;
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES384', kid: jwk.kid ?? '', typ: 'JWT' })
    .setIssuer('seed')
    .setSubject('seed')
    .setAudience(`${env.AUTH_ISSUER}/token`)
    .setJti(crypto.randomUUID())
    .setExpirationTime('1m')
    .sign(await importJWK(jwk, 'ES384'));
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'system/*.cruds',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const answer = await ask(
    `${env.AUTH_ISSUER}/token`,
    { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    form.toString(),
  );
  return (JSON.parse(answer.text) as { access_token: string }).access_token;
}

describe('TLS without a proxy', () => {
  it('serves all three, which ask each other over it, tell browsers to keep to it, and speak no older TLS', async () => {
    const headers = { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/fhir+json' };
    const patient = JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Tls' }] });
    const made = await ask(`${env.FHIR_BASE_URL}/Patient`, { method: 'POST', headers }, patient);
    expect(made.status).toBe(201);
    expect(String(made.headers.location)).toMatch(/^https:/);
    const configuration = await ask(`${env.FHIR_BASE_URL}/.well-known/smart-configuration`);
    expect(configuration.text).not.toContain('http:');
    for (const url of [`${env.PORTAL_URL}/`, `${env.FHIR_BASE_URL}/metadata`, `${env.AUTH_ISSUER}/jwks`]) {
      const answer = await ask(url);
      expect(answer.status).toBe(200);
      expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    }
    const page = await ask(`${new URL(env.AUTH_ISSUER ?? '').origin}/account`);
    expect(String(page.headers['set-cookie'])).toMatch(/__Host-.*secure/i);
    for (const port of Object.values(ports)) {
      expect(await serial(port, 'TLSv1.2')).toBe(await serial(port, 'TLSv1.3'));
      await expect(serial(port, 'TLSv1.1')).rejects.toThrow(/protocol version/);
    }
  });

  it('takes a renewed certificate within seconds, without a restart', async () => {
    const before = await serial(ports.AUTH_PORT);
    first = await renew();
    for (const port of Object.values(ports))
      await vi.waitFor(async () => expect(await serial(port)).not.toBe(before), {
        timeout: 15_000,
        interval: 500,
      });
    expect((await ask(`${env.FHIR_BASE_URL}/metadata`)).status).toBe(200);
    expect(running.every(({ child }) => child.exitCode === null)).toBe(true);
  });
});
