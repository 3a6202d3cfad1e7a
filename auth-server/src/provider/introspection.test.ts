/** What a token is, told to who may know (RFC 7662; SMART App Launch 2.2, token-introspection.html): by a client's own key, or by a bearer token. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, pass } from '../../test/kit.ts';
import { APP, openProvider, type ProviderKit } from '../../test/provider-kit.ts';
import { endSessions } from '../accounts/sessions.ts';
import { viewerToken } from '../fhir/viewer.ts';
import { listLaunchContexts, revokeGrant } from '../launch/launch-context.ts';

let kit: ProviderKit;
beforeEach(async () => {
  kit = await openProvider();
});
afterEach(() => kit.close());

const OFFLINE = 'openid fhirUser launch/patient offline_access patient/Observation.rs';
const INACTIVE = { active: false };

/** By a bearer token of the client's, or by what is given in its place. */
async function byBearer(form: Record<string, string>, credential?: string) {
  const bearer = credential ?? (await kit.systemToken('fhir-server', 'system/Patient.rs')).access_token;
  return kit.post('/introspect', form, { authorization: `Bearer ${bearer}` });
}
/** Both ways, which must say the same. */
async function told(token: string): Promise<Record<string, unknown>> {
  const body = await kit.introspect(token);
  expect((await byBearer({ token })).body).toEqual(body);
  return body;
}

describe('a token', () => {
  it('of a person is told with who they are, for whom, by which app, and its launch', async () => {
    const { access_token, refresh_token, scope } = await kit.tokens({ scope: OFFLINE });
    expect(await told(access_token)).toEqual({
      active: true,
      client_id: APP,
      sub: 'id-kim',
      iss: kit.issuer,
      aud: kit.config.FHIR_BASE_URL,
      scope,
      exp: expect.any(Number),
      iat: expect.any(Number),
      token_type: 'Bearer',
      fhirUser: `${kit.config.FHIR_BASE_URL}/Patient/kim`,
      patient: 'kim',
      need_patient_banner: true,
      smart_style_url: `${kit.config.origin}/smart-style.json`,
    });
    // A refresh token opens nothing by itself, and is not taken for one that does.
    expect(await told(refresh_token)).toEqual(INACTIVE);
  });

  it('of the clinic’s own app is told with how often all sign-ins of the account were ended', async () => {
    const before = await kit.tokens({ client_id: 'portal', scope: 'openid fhirUser launch/patient' });
    expect(await told(before.access_token)).toMatchObject({ active: true, endings: 0 });
    await endSessions(kit.storage, 'id-kim');
    expect(await told(before.access_token)).toEqual(INACTIVE);
    const after = await kit.tokens({ client_id: 'portal', scope: 'openid fhirUser launch/patient' });
    const { endings } = (await kit.storage.findAccount('id-kim')) ?? {};
    expect(await told(after.access_token)).toMatchObject({ active: true, endings: endings?.count });
  });

  it('is used when it is asked about: that is when the app was last used', async () => {
    const { access_token } = await kit.tokens({ scope: OFFLINE });
    expect(await kit.storage.listArtifacts('LaunchUse')).toEqual([]);
    pass(5 * MINUTE);
    await kit.introspect(access_token);
    expect(await listLaunchContexts(kit.storage, 'id-kim')).toMatchObject([
      { lastUsedAt: expect.closeTo(kit.now(), -4) },
    ]);
  });

  it('of a service is told with its scopes, and no person', async () => {
    const { access_token } = await kit.systemToken('reader', 'system/Patient.rs');
    expect(await told(access_token)).toMatchObject({ client_id: 'reader', scope: 'system/Patient.rs' });
    expect(await told(access_token)).not.toHaveProperty('fhirUser');
    pass(6 * MINUTE);
    expect(await told(access_token)).toEqual(INACTIVE);
  });

  it('that is none is inactive, whatever it looks like', async () => {
    const jwt = await kit.assertion('reader');
    for (const token of ['made-up', '', jwt]) expect(await told(token || 'x')).toEqual(INACTIVE);
    expect((await byBearer({})).body).toEqual(INACTIVE);
    const { status, headers } = await byBearer({ token: 'x' });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  it('opens nothing once its launch, its account or its time has ended', async () => {
    const first = await kit.tokens({ scope: OFFLINE });
    const second = await kit.tokens({ scope: OFFLINE });
    const [launch] = await listLaunchContexts(kit.storage, 'id-kim');
    await revokeGrant(kit.storage, launch?.grantId ?? '');
    const actives = [await told(first.access_token), await told(second.access_token)];
    expect(actives.map(({ active }) => active).sort()).toEqual([false, true]);
    const third = await kit.tokens({ scope: OFFLINE });
    expect((await told(third.access_token)).active).toBe(true);
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, disabled: true }));
    expect(await told(third.access_token)).toEqual(INACTIVE);
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, disabled: false }));
    pass(HOUR + MINUTE);
    expect(await told(third.access_token)).toEqual(INACTIVE);
  });

  it('opens nothing once its app is gone', async () => {
    await kit.store({ client_id: 'gone' });
    const { access_token } = await kit.tokens({ scope: OFFLINE, client_id: 'gone' });
    expect((await told(access_token)).active).toBe(true);
    await kit.storage.removeArtifact('Client', 'gone');
    expect(await told(access_token)).toEqual(INACTIVE);
  });

  it('opens nothing once its service is gone, or its grant alone', async () => {
    const registered = JSON.parse(readFileSync(kit.config.clientsFile, 'utf8')) as { client_id: string }[];
    await kit.store({ ...registered.find((each) => each.client_id === 'reader'), client_id: 'fed' });
    const { access_token: fed } = await kit.systemToken('fed', 'system/Patient.rs');
    expect((await told(fed)).active).toBe(true);
    await kit.storage.removeArtifact('Client', 'fed');
    expect(await told(fed)).toEqual(INACTIVE);
    const { access_token } = await kit.tokens({ scope: OFFLINE });
    const [launch] = await listLaunchContexts(kit.storage, 'id-kim');
    await kit.storage.removeArtifact('Grant', launch?.grantId ?? '');
    expect(await told(access_token)).toEqual(INACTIVE);
  });

  it('is told of nothing but as one text, in a form of bounded length, and as an error where something fails', async () => {
    const { access_token } = await kit.tokens({ scope: OFFLINE });
    const bearer = (await kit.systemToken('fhir-server', 'system/Patient.rs')).access_token;
    const ask = (body: string) =>
      fetch(`${kit.issuer}/introspect`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/x-www-form-urlencoded' },
      });
    const twice = await ask(`token=${access_token}&token=${access_token}`);
    expect([twice.status, await twice.json()]).toEqual([200, INACTIVE]);
    expect((await ask(`token=${access_token}&x=${'y'.repeat(66_000)}`)).status).toBe(413);
    const { findArtifact } = kit.storage;
    kit.storage.findArtifact = async (model, id) => {
      if (model === 'Grant') throw new Error('the disk is gone');
      return findArtifact(model, id);
    };
    expect((await ask(`token=${access_token}`)).status).toBe(500);
  });

  it('can not be told of while nobody knows whether the person still stands: another try is asked for', async () => {
    await kit.person('mum', ['RelatedPerson/mum-one']);
    const { body } = await kit.exchange(await kit.launched({ scope: OFFLINE }, kit.browser(), 'mum'));
    expect(await told(body.access_token)).toMatchObject({ active: true, patient: 'one' });
    kit.fhir.isAway = true;
    pass(2 * MINUTE);
    const away = [503, 'temporarily_unavailable'];
    const bearer = await byBearer({ token: body.access_token });
    expect([bearer.status, bearer.body.error]).toEqual(away);
    const key = await kit.post('/introspect', {
      token: body.access_token,
      ...(await kit.asService('fhir-server')),
    });
    expect([key.status, key.body.error]).toEqual(away);
  });
});

describe('who asks', () => {
  it('may know of other clients’ tokens where an administrator said so, and of their own', async () => {
    const { access_token } = await kit.tokens({ scope: OFFLINE });
    const own = (await kit.systemToken('reader', 'system/Patient.rs')).access_token;
    expect(await kit.introspect(access_token, {}, 'reader')).toEqual(INACTIVE);
    expect(await kit.introspect(own, {}, 'reader')).toMatchObject({ active: true, client_id: 'reader' });
    expect(await kit.introspect(own, {}, 'ehr')).toEqual(INACTIVE);
    const { access_token: clinics } = await kit.tokens({ client_id: 'portal', scope: 'launch/patient' });
    expect(await kit.introspect(clinics, {}, 'reader')).toEqual(INACTIVE);
  });

  it('with a bearer token must have one that is valid, of such a client', async () => {
    const { access_token: person } = await kit.tokens({ scope: OFFLINE });
    const { access_token: reader } = await kit.systemToken('reader', 'system/Patient.rs');
    const { access_token: late } = await kit.systemToken('fhir-server', 'system/Patient.rs');
    expect((await byBearer({ token: person }, late)).body.active).toBe(true);
    pass(5 * MINUTE + 10_000);
    for (const credential of ['made-up', person, reader, late]) {
      const { status, headers, body } = await byBearer({ token: person }, credential);
      expect([status, body]).toEqual([401, { error: 'invalid_token' }]);
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
      expect(headers.get('cache-control')).toBe('no-store');
    }
    // What is no bearer token is for the other way, which wants a client's authentication.
    for (const authorization of ['Bearer', 'Bearer a b', 'Basic eDp5', 'xBearer x'])
      expect((await kit.post('/introspect', { token: person }, { authorization })).body.error).toMatch(
        /^invalid_(client|request)/,
      );
  });
});

describe('a token of this server’s own, for what it shows before an app has one', () => {
  it('is told to the FHIR server like any other, for a minute', async () => {
    const options = { storage: kit.storage, audience: kit.config.FHIR_BASE_URL, now: kit.now };
    const viewer = { accountId: 'id-kim', person: 'Patient/kim', patient: 'kim' };
    const token = await viewerToken(options, viewer);
    expect(await kit.introspect(token)).toMatchObject({ active: true, sub: 'id-kim', patient: 'kim' });
    expect(await kit.introspect(token, {}, 'reader')).toEqual(INACTIVE);
    expect(await kit.introspect(token, { token_type_hint: 'access_token' })).toEqual(INACTIVE);
    pass(MINUTE + 1000);
    expect(await kit.introspect(token)).toEqual(INACTIVE);
  });
});

describe('whether something still has its ground', () => {
  const stands = async (grounds: unknown, client = 'fhir-server') => {
    const token = Buffer.from(typeof grounds === 'string' ? grounds : JSON.stringify(grounds)).toString(
      'base64url',
    );
    return (await kit.introspect(token, { token_type_hint: 'urn:wellspring:standing' }, client)).active;
  };
  const KIM = { sub: 'id-kim', client_id: APP, fhirUser: 'Patient/kim', patient: 'kim' };

  it('is told while the person has the app connected, for that record', async () => {
    expect(await stands(KIM)).toBe(false);
    await kit.tokens({ scope: OFFLINE });
    expect(await stands(KIM)).toBe(true);
    for (const change of [
      { sub: 'nobody' },
      { client_id: 'nobody' },
      { client_id: 'short' },
      { patient: 'other' },
      { fhirUser: 'Patient/other', patient: 'other' },
    ])
      expect(await stands({ ...KIM, ...change }), JSON.stringify(change)).toBe(false);
    expect(await stands(KIM, 'reader')).toBe(false);
    expect(await stands({ ...KIM, scope: 'patient/Observation.rs' })).toBe(true);
    expect(await stands({ ...KIM, scope: 'patient/Observation.rs patient/Condition.rs' })).toBe(false);
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, disabled: true }));
    expect(await stands(KIM)).toBe(false);
  });

  it('is told to nobody who does not say who they are, and is not guessed while it can not be said', async () => {
    await kit.person('mum', ['RelatedPerson/mum-one']);
    await kit.exchange(await kit.launched({ scope: OFFLINE }, kit.browser(), 'mum'));
    const grounds = { sub: 'id-mum', client_id: APP, fhirUser: 'RelatedPerson/mum-one', patient: 'one' };
    const form = {
      token: Buffer.from(JSON.stringify(grounds)).toString('base64url'),
      token_type_hint: 'urn:wellspring:standing',
    };
    const nobody = await kit.post('/introspect', form);
    expect(nobody.status).toBeGreaterThanOrEqual(400);
    expect(nobody.body).toMatchObject({ error: expect.stringMatching(/^invalid_/) });
    expect(await stands(grounds)).toBe(true);
    kit.fhir.isAway = true;
    pass(2 * MINUTE);
    const away = await kit.post('/introspect', { ...form, ...(await kit.asService('fhir-server')) });
    expect([away.status, away.body.error]).toEqual([503, 'temporarily_unavailable']);
  });

  it('of a client’s own is that the client is there, and is nobody’s', async () => {
    const own = { sub: 'reader', client_id: 'reader' };
    expect(await stands(own)).toBe(true);
    expect(await stands({ ...own, sub: 'ehr' })).toBe(false);
    expect(await stands({ ...own, client_id: 'nobody', sub: 'nobody' })).toBe(false);
    expect(await stands({ ...own, patient: 'kim' })).toBe(false);
    expect(await stands({ ...own, fhirUser: 'Patient/kim' })).toBe(false);
    // A registration that was narrowed.
    expect(await stands({ ...own, scope: 'system/Patient.rs' })).toBe(true);
    expect(await stands({ ...own, scope: 'system/Patient.rs system/Patient.u' })).toBe(false);
  });

  it('is not told of what can not be read', async () => {
    for (const wrong of [
      '',
      'x',
      '{}',
      '[]',
      { sub: 'reader' },
      { client_id: 'reader' },
      { sub: 1, client_id: 'reader' },
    ])
      expect(await stands(wrong || ' '), JSON.stringify(wrong)).toBe(false);
  });
});
