/** An app of somebody else: it registers itself, is launched on its own and by an EHR, gets what people allow it, and nothing more. */
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runScript } from '../scripts/processes.ts';
import { expectAccessible } from './accessible.ts';
import { startThirdPartyApp, type ThirdPartyApp } from './third-party-app.ts';
import { openBrowser, openWorld, PASSWORD, type World } from './world.ts';

const MARIA = 'maria-alvarez';
const SCOPE =
  'launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs patient/Encounter.rs';
const EHR_SCOPE = 'launch openid fhirUser online_access patient/Patient.rs patient/Encounter.rs';
const LABORATORY = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory';
const PHONE = { width: 360, height: 740 };

let world: World;
let browser: Browser;
let app: ThirdPartyApp;
let clientId: string;
let visit: BrowserContext;
let page: Page;

beforeAll(async () => {
  world = await openWorld({ seeded: true, env: { INTROSPECTION_CACHE_SECONDS: '0' } });
  browser = await openBrowser();
  app = await startThirdPartyApp();
});
afterAll(async () => {
  await app?.close();
  await browser?.close();
  await world?.close();
});
beforeEach(async () => {
  visit = await browser.newContext({ viewport: PHONE, locale: 'en-US' });
  page = await visit.newPage();
});
afterEach(() => visit.close());

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

interface Answer {
  readonly status: number;
  readonly body: Json;
}

async function send(url: string, method: string, body: object, token?: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function fhir(path: string, token: string): Promise<Answer> {
  const response = await fetch(`${world.fhir}/${path}`, { headers: { Authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
}

const registration = () => ({
  client_name: 'Sugar Diary',
  redirect_uris: [`${app.origin}/app.html`],
  launch_url: `${app.origin}/launch.html`,
  token_endpoint_auth_method: 'none',
  scope: [...new Set(`${SCOPE} ${EHR_SCOPE}`.split(' '))].join(' '),
});

/** `whose`: the record that the app is asked about is one's own, or a patient's. */
async function signIn(username: string, whose = 'your'): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: `Allow Sugar Diary to use ${whose} record?` }).waitFor();
}

/** From the app's own launch page to the consent page. */
async function launchAlone(): Promise<void> {
  const query = new URLSearchParams({ client: clientId, scope: SCOPE, server: world.fhir });
  await page.goto(`${app.origin}/launch.html?${query}`);
  await signIn('maria');
}

/** Returns the token response that the app holds. */
async function allow(family = 'Alvarez'): Promise<Json> {
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByRole('heading', { name: family }).waitFor();
  expect(new URL(page.url()).origin).toBe(app.origin);
  return JSON.parse(await page.locator('#token').innerText());
}

/** The app refreshes its token, and searches with the new one. */
async function refreshAndSearch(search: string): Promise<Json> {
  await page.getByLabel('Search').fill(search);
  await page.getByRole('button', { name: 'Refresh, then search' }).click();
  await page.locator('#answer:not(:empty)').waitFor();
  return JSON.parse(await page.locator('#answer').innerText());
}

describe('an app that nobody knew', () => {
  it('registers itself, and tells its launch address when it has its id', async () => {
    const discovery = (await (await fetch(`${world.fhir}/.well-known/smart-configuration`)).json()) as Json;
    const register: string = discovery.registration_endpoint;
    const first = await send(register, 'POST', registration());
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ ...registration(), registration_status: 'unreviewed' });
    expect(first.body.client_secret).toBeUndefined();
    clientId = first.body.client_id;
    const query = new URLSearchParams({ client: clientId, scope: EHR_SCOPE });
    const launch_url = `${app.origin}/launch.html?${query}`;
    const second = await send(
      first.body.registration_client_uri,
      'PUT',
      { ...registration(), client_id: clientId, launch_url },
      first.body.registration_access_token,
    );
    expect(second).toMatchObject({ status: 200, body: { client_id: clientId, launch_url } });
  });

  it('may not register an http address that is not of this machine, nor system scopes', async () => {
    const away = { ...registration(), redirect_uris: ['http://app.example/app.html'] };
    expect(await send(`${world.issuer}/register`, 'POST', away)).toMatchObject({
      status: 400,
      body: { error: 'invalid_redirect_uri' },
    });
    const wide = { ...registration(), scope: 'system/Patient.rs' };
    expect(await send(`${world.issuer}/register`, 'POST', wide)).toMatchObject({
      status: 400,
      body: { error: 'invalid_client_metadata' },
    });
  });
});

describe('launched on its own', () => {
  it('has what Maria left ticked, also after a refresh, and is refused what she unticked', async () => {
    await launchAlone();
    await expectAccessible(page);
    await page.getByRole('checkbox', { name: /^Health problems/ }).uncheck();
    const token = await allow();
    const granted = SCOPE.split(' ').filter((word) => word !== 'patient/Condition.rs');
    expect(token.scope.split(' ').sort()).toEqual(granted.sort());
    expect(token.patient).toBe(MARIA);
    expect(await page.locator('#patient').innerText()).toBe(MARIA);

    const found = await refreshAndSearch('Observation?_count=5');
    expect(found.status).toBe(200);
    expect(found.bundle.entry.length).toBe(5);
    const after = JSON.parse(await page.locator('#token').innerText());
    expect(after.access_token).not.toBe(token.access_token);
    expect(after.refresh_token).not.toBe(token.refresh_token);
    expect(after).toMatchObject({ scope: token.scope, patient: MARIA });
    expect((await refreshAndSearch('Condition?_count=5')).status).toBe(403);
    expect((await fhir('Condition', after.access_token)).status).toBe(403);
    expect((await fhir('Patient/james-whitfield', after.access_token)).status).toBe(404);
    expect(await page.getByRole('alert').innerText()).toBe('');
  });

  it('has laboratory results and no other observation when Maria shares only those', async () => {
    await launchAlone();
    await page.getByText('Share only some of “Test results and measurements”').click();
    await expectAccessible(page);
    await page.getByRole('checkbox', { name: /^Test results and measurements/ }).uncheck();
    await page.getByRole('checkbox', { name: 'Laboratory results', exact: true }).check();
    const token = await allow();
    const observation = token.scope.split(' ').filter((word: string) => word.includes('Observation'));
    expect(observation).toEqual([`patient/Observation.rs?category=${LABORATORY}`]);

    const { status, bundle } = await refreshAndSearch('Observation?_count=1000&_total=accurate');
    expect(status).toBe(200);
    const categories = bundle.entry.map(({ resource }: Json) =>
      resource.category.flatMap(({ coding }: Json) =>
        coding.map(({ system, code }: Json) => `${system}|${code}`),
      ),
    );
    expect(categories.filter((each: string[]) => !each.includes(LABORATORY))).toEqual([]);
    const system = await world.systemToken();
    const all = await fhir(`Observation?patient=${MARIA}&_total=accurate&_count=0`, system);
    const laboratory = await fhir(
      `Observation?patient=${MARIA}&category=${encodeURIComponent(LABORATORY)}&_total=accurate&_count=0`,
      system,
    );
    expect(bundle.total).toBe(laboratory.body.total);
    expect(bundle.total).toBeGreaterThan(0);
    expect(bundle.total).toBeLessThan(all.body.total);
  });

  it('is told when she does not allow it', async () => {
    await launchAlone();
    await page.getByRole('button', { name: 'Do not allow' }).click();
    await page.getByText('access_denied').waitFor();
    expect(new URL(page.url()).origin).toBe(app.origin);
  });
});

describe('launched by the launcher page of developers', () => {
  it('has the patient and the visit that a clinician picked', async () => {
    await page.goto(`${new URL(world.issuer).origin}/developers`);
    await page.getByLabel('1. Find a patient, by name or birth date').fill('alvarez');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: /Maria.*Alvarez/ }).click();
    await page.getByLabel('2. App').selectOption(clientId);
    const encounter = await page.getByLabel('3. Visit').locator('option').nth(1).getAttribute('value');
    await page.getByLabel('3. Visit').selectOption(encounter);
    await page.getByRole('checkbox', { name: /need_patient_banner/ }).uncheck();
    await expectAccessible(page);
    await page.getByRole('button', { name: `Launch with ${MARIA}` }).click();
    await signIn('elena-ruiz', 'this');
    const token = await allow();
    expect(token).toMatchObject({ patient: MARIA, encounter, need_patient_banner: false });
    expect(token.scope.split(' ')).toContain('launch');
    expect(await page.locator('#encounter').innerText()).toBe(encounter);

    const style = await fetch(token.smart_style_url);
    expect(style.status).toBe(200);
    expect(style.headers.get('content-type')).toContain('application/json');
    expect(await style.json()).toBeTypeOf('object');
    const claims = JSON.parse(Buffer.from(token.id_token.split('.')[1], 'base64url').toString());
    expect(claims.fhirUser).toBe(`${world.fhir}/Practitioner/elena-ruiz`);
    expect((await fhir(`Encounter/${encounter}`, token.access_token)).body.subject.reference).toBe(
      `Patient/${MARIA}`,
    );

    // Context survives a refresh.
    expect((await refreshAndSearch('Encounter?_count=1')).status).toBe(200);
    expect(JSON.parse(await page.locator('#token').innerText())).toMatchObject({
      patient: MARIA,
      encounter,
      need_patient_banner: false,
    });
  });
});

describe('launched by an EHR', () => {
  interface Ehr {
    readonly id: string;
    token(): Promise<Answer>;
  }

  /** A Backend Services client with a key of its own, as an administrator has not seen it yet. */
  async function registerEhr(): Promise<Ehr> {
    const { privateKey, publicKey } = await generateKeyPair('ES384');
    const kid = randomUUID();
    const { status, body } = await send(`${world.issuer}/register`, 'POST', {
      client_name: 'The EHR next door',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES384',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES384', use: 'sig' }] },
      scope: 'system/Patient.rs',
    });
    expect(status).toBe(201);
    expect(body.registration_status).toBe('pending');
    const id: string = body.client_id;
    return {
      id,
      async token() {
        const assertion = await new SignJWT({})
          .setProtectedHeader({ alg: 'ES384', kid, typ: 'JWT' })
          .setIssuer(id)
          .setSubject(id)
          .setAudience(`${world.issuer}/token`)
          .setJti(randomUUID())
          .setIssuedAt()
          .setExpirationTime('2m')
          .sign(privateKey);
        const response = await fetch(`${world.issuer}/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            scope: 'system/Patient.rs',
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: assertion,
          }),
        });
        return { status: response.status, body: await response.json() };
      },
    };
  }

  const admin = (...args: string[]): Promise<void> =>
    runScript('auth-server/src/admin/main.ts', args, {
      DATA_DIR: world.dataDir,
      AUTH_ISSUER: world.issuer,
      FHIR_BASE_URL: world.fhir,
      PORTAL_URL: world.portal,
    });

  it('has the context that the EHR asked for, once', async () => {
    const ehr = await registerEhr();
    expect((await ehr.token()).status).toBe(400);
    await admin('clients', 'approve', ehr.id);
    const { body: system } = await ehr.token();
    expect(system).toMatchObject({ scope: 'system/Patient.rs', expires_in: 300 });
    expect((await fhir(`Patient/${MARIA}`, system.access_token)).status).toBe(200);

    const found = await fhir(`Encounter?patient=${MARIA}&_sort=-date&_count=1`, await world.systemToken());
    const encounter: string = found.body.entry[0].resource.id;
    const asked = {
      client_id: clientId,
      patient: MARIA,
      encounter,
      user: `Patient/${MARIA}`,
      intent: 'reconcile-medications',
      need_patient_banner: true,
      fhirContext: [{ reference: `Encounter/${encounter}`, role: 'https://ehr.example/roles/earlier' }],
    };
    const launch = (body: object) => send(`${world.issuer}/launch`, 'POST', body, system.access_token);
    expect((await launch(asked)).status).toBe(401);
    await admin('clients', 'allow-launch', ehr.id);
    expect((await launch({ ...asked, encounter: 'none-such' })).status).toBe(422);
    expect((await launch({ ...asked, client_id: 'none-such' })).status).toBe(400);
    const answer = await launch(asked);
    expect(answer).toMatchObject({ status: 201, body: { iss: world.fhir, expires_in: 300 } });

    await page.goto(answer.body.launch_url);
    await signIn('maria');
    const token = await allow();
    expect(token).toMatchObject({
      patient: MARIA,
      encounter,
      intent: asked.intent,
      need_patient_banner: true,
      fhirContext: asked.fhirContext,
    });

    await page.goto(answer.body.launch_url);
    await page.getByText('this launch is not known, or was used before').waitFor();
  });

  it('is for the person whom the EHR named, and nobody else', async () => {
    const ehr = await registerEhr();
    await admin('clients', 'approve', ehr.id);
    await admin('clients', 'allow-launch', ehr.id);
    const { body: system } = await ehr.token();
    const { body } = await send(
      `${world.issuer}/launch`,
      'POST',
      { client_id: clientId, patient: MARIA, user: 'Practitioner/elena-ruiz' },
      system.access_token,
    );
    await page.goto(body.launch_url);
    await page.getByLabel('Username or e-mail').fill('maria');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This launch was made for somebody else.').waitFor();
    expect(new URL(page.url()).origin).toBe(app.origin);
  });
});
