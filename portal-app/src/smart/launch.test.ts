/** What a launch does before the app is read: by a real server, in a page of which only the address and what is kept are made up. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppConfig } from './config.ts';

const PORTAL = 'https://portal.example';
let server: Server;
let base: string;
let config: AppConfig;
let redeemed: string[];
let left: string[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    response.setHeader('Content-Type', 'application/json');
    if (request.url === '/token') {
      redeemed.push(body);
      return response.end(JSON.stringify({ access_token: `token ${redeemed.length}` }));
    }
    return response.end(
      JSON.stringify({
        issuer: base,
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config = {
    fhirBaseUrl: base,
    clientId: 'portal',
    redirectPath: '/callback',
    scope: 'openid launch/patient',
  } as AppConfig;
});
afterAll(() => server.close());
beforeEach(() => {
  redeemed = [];
  left = [];
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

function storage(items: Readonly<Record<string, string>> = {}) {
  const kept = new Map(Object.entries(items));
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

/** A page as it is opened at this address, in a tab and a browser that keep these. */
async function opened(
  address: string,
  tab: Record<string, string> = {},
  browser: Record<string, string> = {},
) {
  const { pathname, search, origin } = new URL(address, PORTAL);
  vi.stubGlobal('location', { pathname, search, origin, replace: (url: URL) => left.push(url.href) });
  vi.stubGlobal('sessionStorage', storage(tab));
  vi.stubGlobal('localStorage', storage(browser));
  vi.stubGlobal('history', { state: null });
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
  return import('./launch.ts');
}

const SIGNED_IN = { 'wellspring.signed-in': 'yes', 'wellspring.patient': 'maria' };
const PENDING = {
  'wellspring.launch': JSON.stringify({ state: 'ours', verifier: 'secret', returnTo: '/results' }),
};

describe('a page of whoever was signed in in this tab', () => {
  it('leaves at once, with a state and a verifier of its own that stay here', async () => {
    const { beginAtOnce, pendingLaunch } = await opened('/results?kind=labs', SIGNED_IN);
    await beginAtOnce(config);
    const { searchParams: asked, origin } = new URL(left[0] ?? '');
    const { state, verifier = '', returnTo } = pendingLaunch() ?? {};
    expect(origin).toBe(base);
    expect(returnTo).toBe('/results?kind=labs');
    expect(verifier).toMatch(/^[\w-]{43}$/);
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(state).not.toBe(verifier);
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: 'portal',
      redirect_uri: `${PORTAL}/callback`,
      scope: 'openid launch/patient',
      state,
      aud: base,
      patient_hint: 'maria',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(asked.has('prompt')).toBe(false);
    expect(left[0]).not.toContain(verifier);
  });

  it('speaks as they chose, and asks for the password where somebody has signed out', async () => {
    const kept = { 'wellspring.language': 'es', 'wellspring.ask-again': 'yes' };
    await (await opened('/', SIGNED_IN, kept)).beginAtOnce(config);
    const { searchParams: asked } = new URL(left[0] ?? '');
    expect([asked.get('ui_locales'), asked.get('prompt')]).toEqual(['es', 'login']);
  });

  it('leaves once, though the app asks for it too', async () => {
    const { beginAtOnce, startOnce } = await opened('/', SIGNED_IN);
    await beginAtOnce(config);
    await startOnce(config, '/');
    expect(left).toHaveLength(1);
  });

  it.each(['/callback?code=x&state=y', '/launch?iss=x', '/shared'])('does not at %s', async (address) => {
    expect((await opened(address, SIGNED_IN)).beginAtOnce(config)).toBe(undefined);
    expect(left).toEqual([]);
  });
});

it('a link that means it leaves at once too, and no other page does', async () => {
  await (await opened('/sign-in?welcome')).beginAtOnce(config);
  expect(left).toHaveLength(1);
  expect(JSON.parse(sessionStorage.getItem('wellspring.launch') ?? '')).toMatchObject({
    returnTo: '/?welcome',
  });
  vi.resetModules();
  expect((await opened('/results')).beginAtOnce(config)).toBe(undefined);
  expect(left).toHaveLength(1);
});

describe('back from the authorization server', () => {
  const back = (members: Record<string, string> = {}) =>
    `/callback?${new URLSearchParams({ code: 'c', state: 'ours', iss: base, ...members })}`;
  const request = (members: Record<string, string> = {}) => ({
    method: 'POST',
    body: new URLSearchParams({
      redirect_uri: `${PORTAL}/callback`,
      code_verifier: 'secret',
      code: 'c',
      grant_type: 'authorization_code',
      client_id: 'portal',
      ...members,
    }),
  });
  const token = async (response: Promise<Response>) => ((await (await response).json()) as object) ?? {};

  it('the code is sent at once, and what it is answered is the app’s, once', async () => {
    const { redeemAtOnce, redeem } = await opened(back(), PENDING);
    redeemAtOnce(config);
    await expect.poll(() => redeemed).toHaveLength(1);
    expect(Object.fromEntries(new URLSearchParams(redeemed[0]))).toEqual(Object.fromEntries(request().body));
    expect(await token(redeem(`${base}/token`, request()))).toEqual({ access_token: 'token 1' });
    expect(redeemed).toHaveLength(1);
    expect(await token(redeem(`${base}/token`, request()))).toEqual({ access_token: 'token 2' });
  });

  it.each([
    ['another state', () => back({ state: 'theirs' }), PENDING],
    ['another server', () => back({ iss: 'https://other.example' }), PENDING],
    ['no server', () => back().replace(/&iss=[^&]*/, ''), PENDING],
    ['no code', () => '/callback?error=access_denied&state=ours', PENDING],
    ['nothing that was asked for here', () => back(), {}],
    ['another address', () => back().replace('/callback', '/results'), PENDING],
  ])('an answer with %s is left to the app', async (_, address, tab) => {
    const { redeemAtOnce, redeem } = await opened(address(), tab as Record<string, string>);
    redeemAtOnce(config);
    // What the app sends is sent by itself.
    await redeem(`${base}/token`, request({ code: 'the app’s' }));
    expect(redeemed.map((body) => new URLSearchParams(body).get('code'))).toEqual(['the app’s']);
  });

  it('another request than the one that was sent is sent', async () => {
    const { redeemAtOnce, redeem } = await opened(back(), PENDING);
    redeemAtOnce(config);
    await redeem(`${base}/token`, request({ client_id: 'other' }));
    expect(redeemed.some((body) => body.includes('client_id=other'))).toBe(true);
  });
});
