/** An independent, certified client library goes the whole way: discovery, PKCE, tokens, refresh, introspection, revocation. */
import { importJWK } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK, openWorld, type World } from './world.ts';

let world: World;
let app: client.Configuration;
let tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('openid-client', () => {
  it('discovers the server', async () => {
    app = await client.discovery(new URL(world.issuer), 'third-party', undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    });
    expect(app.serverMetadata().issuer).toBe(world.issuer);
    expect(app.serverMetadata().supportsPKCE()).toBe(true);
  });

  it('exchanges a code with PKCE, state and nonce, and accepts the ID token', async () => {
    const verifier = client.randomPKCECodeVerifier();
    const checks = { pkceCodeVerifier: verifier, expectedState: 'state-2', expectedNonce: 'nonce-2' };
    const url = client.buildAuthorizationUrl(app, {
      redirect_uri: CALLBACK,
      scope: 'openid fhirUser launch/patient offline_access patient/Observation.rs',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      aud: world.fhir,
    });
    const browser = world.browser();
    const consent = await browser.signIn(await browser.open(url.href), 'maria');
    const groups = [...consent.html.matchAll(/name="group" value="([^"]+)"/g)].map(([, name]) => name ?? '');
    const allowed = groups.map((name): [string, string] => ['group', name]);
    const back = await browser.submit(consent, 'consent', allowed);
    tokens = await client.authorizationCodeGrant(app, new URL(back.url), checks);
    expect(tokens).toMatchObject({ token_type: 'bearer', patient: 'maria' });
    expect(tokens.claims()).toMatchObject({ iss: world.issuer, fhirUser: `${world.fhir}/Patient/maria` });
  });

  it('refreshes', async () => {
    const { refresh_token: before = '' } = tokens;
    tokens = await client.refreshTokenGrant(app, before);
    expect(tokens.refresh_token).not.toBe(before);
    expect(tokens.patient).toBe('maria');
  });

  it('introspects as the FHIR server does, and revokes', async () => {
    const key = (await importJWK(world.serviceKey, 'ES384')) as client.CryptoKey;
    const server = await client.discovery(
      new URL(world.issuer),
      'fhir-server',
      undefined,
      client.PrivateKeyJwt({ key, kid: 'service' }),
      { execute: [client.allowInsecureRequests] },
    );
    const look = () => client.tokenIntrospection(server, tokens.access_token);
    expect(await look()).toMatchObject({ active: true, patient: 'maria', aud: world.fhir });
    await client.tokenRevocation(app, tokens.access_token);
    expect(await look()).toEqual({ active: false });
  });

  it('is told why a code is refused', async () => {
    const back = new URL(`${CALLBACK}?code=made-up&iss=${encodeURIComponent(world.issuer)}`);
    await expect(
      client.authorizationCodeGrant(app, back, { pkceCodeVerifier: client.randomPKCECodeVerifier() }),
    ).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
  });
});
