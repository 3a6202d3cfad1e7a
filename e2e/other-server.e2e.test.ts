/** P29: the portal at another SMART server, by its FHIR base URL and a client id alone: one that advertises less, on sockets and origins of its own. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../portal-app/serve/app.ts';
import { loadConfig } from '../portal-app/serve/config.ts';
import { buildApps } from '../scripts/build-apps.ts';
import { expectAccessible } from './accessible.ts';
import { openVisit, picture } from './portal-page.ts';
import { openBrowser } from './world.ts';

const TYPES = ['Patient', 'Observation', 'Condition'];
const PATIENT = { resourceType: 'Patient', id: 'p1', name: [{ given: ['Rosa'], family: 'Lund' }] };
const RESULT = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  category: [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
    },
  ],
  code: { text: 'Potassium' },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2026-11-02T08:00:00Z',
  valueQuantity: { value: 4.1, unit: 'mmol/L' },
};

const EARLIER = {
  ...RESULT,
  id: 'o0',
  effectiveDateTime: '2025-03-01T08:00:00Z',
  valueQuantity: { value: 3.6, unit: 'mmol/L' },
};

/** It tells of changes by a websocket, on a host that is not its own. */
const LIVE = {
  resourceType: 'Subscription',
  id: 's1',
  status: 'active',
  criteria: 'urn:wellspring:SubscriptionTopic:record-change',
  end: '2999-01-01T00:00:00Z',
} as const;
const BINDING = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'token', valueString: 'binding' },
    { name: 'expiration', valueDateTime: '2999-01-01T00:00:00Z' },
    { name: 'websocket-url', valueUrl: 'ws://127.0.0.9:9/websocket' },
  ],
};

/** Named by references: of a server that brings nothing along. */
const REFERRED = {
  Subscription: [LIVE],
  Medication: [{ resourceType: 'Medication', id: 'm1', code: { text: 'Lisinopril 10 mg' } }],
  MedicationRequest: [
    {
      resourceType: 'MedicationRequest',
      id: 'r1',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/p1' },
      medicationReference: { reference: 'Medication/m1' },
    },
  ],
  DiagnosticReport: [
    {
      resourceType: 'DiagnosticReport',
      id: 'd1',
      status: 'final',
      code: { text: 'Metabolic panel' },
      subject: { reference: 'Patient/p1' },
      effectiveDateTime: RESULT.effectiveDateTime,
      result: [{ reference: 'Observation/o1' }],
    },
  ],
} as const;

/** A server that says nothing of what it does, takes no batch, does not sort, include or count, and of some types knows no search, each in a way of its own. */
let saysNothing = false;
let granted = 'launch/patient patient/*.read';

function refusal(type: string, search: URLSearchParams): number | undefined {
  const isFancy = [...search.keys()].some((name) => /^_(sort|include|revinclude|total)/.test(name));
  const refused: Readonly<Record<string, number>> = {
    Communication: 404,
    Task: 501,
    Goal: 405,
    Invoice: 403,
  };
  return refused[type] ?? (isFancy ? 400 : undefined);
}

const servers: Server[] = [];
const asked: string[] = [];
const authorizations: URLSearchParams[] = [];
let fhir = '';
let auth = '';
let portal = '';
let browser: Browser;

async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': '*',
  });
  response.end(JSON.stringify(body));
}

const SAID = {
  capabilities: [
    'launch-standalone',
    'launch-ehr',
    'context-standalone-patient',
    'client-public',
    'permission-v1',
  ],
  scopes_supported: ['launch', 'launch/patient', 'patient/*.read'],
  code_challenge_methods_supported: ['S256'],
};

/** Reads and searches, and no more: no batch, no operation, no `search.mode`. */
function answerFhir(request: IncomingMessage, response: ServerResponse): unknown {
  const { pathname, searchParams } = new URL(request.url ?? '', fhir);
  const path = pathname.replace(/^\/r4\/?/, '');
  if (request.method === 'OPTIONS') return json(response, 200, {});
  if (path === '.well-known/smart-configuration')
    return json(response, 200, {
      authorization_endpoint: `${auth}/authorize`,
      token_endpoint: `${auth}/token`,
      ...(saysNothing ? {} : SAID),
    });
  if (path === 'metadata' && saysNothing) return json(response, 404, {});
  if (path === 'metadata')
    return json(response, 200, {
      resourceType: 'CapabilityStatement',
      rest: [
        {
          mode: 'server',
          resource: TYPES.map((type) => ({
            type,
            // R4 has them in no summary.
            ...(searchParams.has('_summary')
              ? {}
              : { interaction: [{ code: 'read' }, { code: 'search-type' }] }),
          })),
        },
      ],
    });
  asked.push(`${request.method} ${path}`);
  if (request.headers.authorization !== 'Bearer secret-token') return json(response, 401, {});
  if (path === 'Patient/p1') return json(response, 200, PATIENT);
  if (path === 'Observation/o1') return json(response, 200, RESULT);
  if (saysNothing && path === 'Subscription/s1/$get-ws-binding-token') return json(response, 200, BINDING);
  if (saysNothing) return answerPlainly(path, request, response, searchParams);
  if (!TYPES.includes(path) || request.method !== 'GET') return json(response, 404, {});
  const isTheirs = path === 'Observation' && searchParams.get('patient') === 'p1';
  return json(response, 200, {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: isTheirs ? [{ resource: RESULT }] : [],
  });
}

function answerPlainly(
  path: string,
  { method }: IncomingMessage,
  response: ServerResponse,
  search: URLSearchParams,
): unknown {
  if (method !== 'GET' || !/^[A-Z][A-Za-z]+$/.test(path)) return json(response, 405, {});
  const status = refusal(path, search);
  if (status) return json(response, status, { resourceType: 'OperationOutcome', issue: [] });
  const all: readonly { readonly id: string }[] =
    path === 'Observation'
      ? [EARLIER, RESULT]
      : path in REFERRED
        ? REFERRED[path as keyof typeof REFERRED]
        : [];
  const ids = search.get('_id')?.split(',');
  const found = all.filter(({ id }) => ids?.includes(id) ?? true);
  return json(response, 200, {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: found.map((resource) => ({ resource })),
  });
}

/** The sign-in of a server that names no issuer, here or in its answer. */
function answerAuth(request: IncomingMessage, response: ServerResponse): unknown {
  const { pathname, searchParams } = new URL(request.url ?? '', auth);
  if (pathname === '/authorize') {
    authorizations.push(searchParams);
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code: 'once', state: searchParams.get('state') ?? '' }).toString();
    return response.writeHead(302, { Location: back.href }).end();
  }
  if (pathname !== '/token') return json(response, 404, {});
  return json(response, 200, {
    access_token: 'secret-token',
    token_type: 'Bearer',
    expires_in: 3600,
    scope: granted,
    patient: 'p1',
  });
}

beforeAll(async () => {
  buildApps();
  fhir = `${await serve(answerFhir)}/r4`;
  auth = await serve(answerAuth);
  const settings = loadConfig({
    FHIR_BASE_URL: fhir,
    CLIENT_ID: 'their-name-for-us',
    CLINIC_NAME: 'Lund Practice',
    REDIRECT_PATH: '/back',
  });
  const app = createApp(settings, 'portal', join(import.meta.dirname, '..', 'portal-app', 'dist', 'portal'));
  portal = await serve(app);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

it('signs in, shows what is there, leaves out what is not, asks for nothing that is not advertised, and signs out', async () => {
  const { page, context, errors } = await openVisit(browser, { width: 1280, height: 900 });
  await page.goto(portal);
  await page.getByRole('heading', { name: 'Lund Practice' }).waitFor();
  expect(await page.getByRole('link', { name: 'Create an account' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Latest results' }).waitFor();
  const [first] = authorizations;
  expect(first?.get('client_id')).toBe('their-name-for-us');
  expect(first?.get('redirect_uri')).toBe(`${portal}/back`);
  expect(first?.get('aud')).toBe(fhir);
  const scopes = first?.get('scope')?.split(' ') ?? [];
  expect(scopes).toContain('launch/patient');
  expect(scopes).toContain('patient/Observation.read');
  expect(scopes.filter((scope) => /openid|online|\.(rs|cu?|u)$/.test(scope))).toEqual([]);

  expect(await page.locator('h1').innerText()).toContain('Rosa');
  await page.getByText('Potassium').waitFor();
  for (const absent of ['Messages', 'Visits', 'Medicines'])
    expect(await page.getByRole('link', { name: absent, exact: true }).count(), absent).toBe(0);
  expect(await page.getByText('could not be read').count()).toBe(0);
  await expectAccessible(page);
  await picture(page, 'other-server');
  await page.getByText('Potassium').click();
  await page.getByText('4.1 mmol/L').first().waitFor();
  expect(await page.getByRole('link', { name: 'Ask about this result' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Records', exact: true }).click();
  await page.getByRole('heading', { name: 'Health problems' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Allergies' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await page.getByRole('heading', { name: 'Rosa Lund' }).waitFor();
  for (const absent of ['Connected apps', 'Share my summary', 'Who looked at my record', 'Change my notices'])
    expect(await page.getByText(absent).count(), absent).toBe(0);

  expect(await nothingToSend(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Latest results' }).waitFor();
  expect(authorizations[1]?.get('prompt')).toBe('login');

  expect(asked.filter((each) => !/^GET (Patient(\/p1)?|Observation(\/o1)?|Condition)$/.test(each))).toEqual(
    [],
  );
  expect(errors).toEqual([]);
  await context.close();
});

it('is launched by the portal of that server, opens with the record that it has open, and for no other server', async () => {
  const { page, context, requests, errors } = await openVisit(browser, { width: 390, height: 844 });
  await page.goto(`${portal}/launch?iss=${encodeURIComponent(`${fhir}/`)}&launch=open-record`);
  await page.getByRole('heading', { name: 'Latest results' }).waitFor();
  const launch = authorizations.at(-1);
  expect(launch?.get('launch')).toBe('open-record');
  expect(launch?.get('aud')).toBe(fhir);
  expect(launch?.get('scope')?.split(' ')).toContain('launch');
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/');
  expect(await page.locator('h1').innerText()).toContain('Rosa');
  await expectAccessible(page);

  const before = authorizations.length;
  await page.goto(`${portal}/launch?iss=https://elsewhere.example/r4&launch=open-record`);
  await page.getByText('This app was opened for another server.', { exact: false }).waitFor();
  expect(authorizations.length).toBe(before);
  expect(requests.filter((url) => url.startsWith('https://elsewhere.example'))).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

/** From place to place by every link: each leads to what is there, and none has anything to send. The calculators send nothing. */
async function nothingToSend(page: Page): Promise<readonly string[]> {
  const wrong: string[] = [];
  const waiting = ['/', '/more'];
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    await goTo(page, path);
    const isClosed = await page.getByRole('heading', { name: 'This part is not open to you' }).isVisible();
    if (isClosed) wrong.push(`${path}: closed`);
    const forms = await page.locator('main form').count();
    if (forms > 0) wrong.push(`${path}: a form`);
    const sends = page.getByRole('button', { name: /^(Ask|Add|Tell|Had it|Send|Change my|Something)/ });
    for (const each of await sends.allInnerTexts()) wrong.push(`${path}: ${each}`);
    const links: string[] = await page.evaluate(
      `[...document.querySelectorAll('main a[href^="/"], nav a[href^="/"]')].map((link) => link.getAttribute('href').split('?')[0])`,
    );
    waiting.push(...links.filter((link) => !/^\/learn\/articles\/(?!blood)/.test(link)));
  }
  expect(seen.size).toBeGreaterThan(15);
  return wrong;
}

/** By the app itself: its token lives in the page. */
async function goTo(page: Page, path: string, name: string | RegExp = /./): Promise<void> {
  await page.evaluate(`history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`);
  await page.getByRole('heading', { level: 1, name }).first().waitFor();
  await expect.poll(() => page.locator('main [aria-busy=true]').count(), { message: path }).toBe(0);
}

it('of a server that says nothing and refuses how it is searched, shows what it gives, newest first, and no page ends', async () => {
  saysNothing = true;
  const { page, context, errors } = await openVisit(browser, { width: 390, height: 844 }, 'dark');
  await page.goto(portal);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Latest results' }).waitFor();
  expect(authorizations.at(-1)?.get('scope')?.split(' ')).toContain('openid');
  // The server gave the older one first.
  const values = page.locator('main').getByText(/^[34]\.\d mmol\/L$/);
  await values.first().waitFor();
  expect(await values.allInnerTexts()).toEqual(['4.1 mmol/L', '3.6 mmol/L']);
  await expectAccessible(page);
  const told: string[] = [];
  for (const [path, heading] of PAGES) {
    await goTo(page, path, heading);
    expect(await page.getByText('This page could not be shown').count(), path).toBe(0);
    const count = await page.getByRole('main').getByRole('alert').count();
    if (count > 0) told.push(path);
  }
  // 403 is the one refusal that is no absence: it is said, and nothing is taken for nothing. Calendar addresses are an operation, which nobody has said is not there.
  expect(told).toEqual(['/appointments', '/bills']);
  // It brings nothing along: what a page can't do without is read by its references.
  await goTo(page, '/medications');
  await page.getByRole('heading', { name: 'Lisinopril 10 mg' }).waitFor();
  await goTo(page, '/reports/d1');
  await page.getByRole('main').getByText('4.1 mmol/L').first().waitFor();
  const refused = /status of (400|403|404|405|501) /;
  expect(errors.filter((error) => !refused.test(error))).toEqual([]);
  await context.close();
});

it('connects to no websocket of another host than its server’s, and does without', async () => {
  saysNothing = true;
  granted += ' patient/Subscription.write';
  const { page, context, errors } = await openVisit(browser, { width: 1280, height: 900 });
  await page.goto(portal);
  const answered = page.waitForResponse((response) => response.url().endsWith('$get-ws-binding-token'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await (await answered).finished();
  await page.getByRole('heading', { name: 'Latest results' }).waitFor();
  // A policy that stopped it would say so here.
  expect(errors.filter((error) => /websocket|Content Security Policy/i.test(error))).toEqual([]);
  await context.close();
});

const PAGES = [
  ['/results', 'Results'],
  ['/appointments', 'Visits'],
  ['/messages', 'Messages'],
  ['/medications', 'Medicines'],
  ['/records', 'Records'],
  ['/summary', 'Health summary'],
  ['/inbox', 'What is new'],
  ['/bills', 'Bills'],
  ['/letters', 'Letters and forms'],
  ['/prevention', 'Prevention'],
  ['/care-plan', 'Care plan'],
  ['/readings', 'Home readings'],
  ['/profile', 'Profile'],
] as const;
