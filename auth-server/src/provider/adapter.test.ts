import { writeFileSync } from 'node:fs';
import { errors } from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, type Kit, MINUTE, openKit, pass } from '../../test/kit.ts';
import { digest } from '../crypto/secrets.ts';
import { createAdapter } from './adapter.ts';
import { compareHashedSecrets, hashedSecret, isHashed } from './client-secret.ts';
import {
  changeStoredClient,
  findStoredClient,
  isReviewed,
  listStoredClients,
  loadClients,
  mayHave,
} from './clients.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await openKit();
});
afterEach(() => kit.close());
const adapter = (model: string) => createAdapter(kit.storage, model, { now: kit.now, sessionMs: 12 * HOUR });
const SECRET_MODELS = [
  'AccessToken',
  'AuthorizationCode',
  'ClientCredentials',
  'InitialAccessToken',
  'RefreshToken',
  'RegistrationAccessToken',
];

describe('what the library keeps', () => {
  it.each(SECRET_MODELS)('%s: its id is a secret, and is not in the database', async (model) => {
    await adapter(model).upsert(
      'the-secret',
      { jti: 'the-secret', kind: model, grantId: 'g', accountId: 'a' },
      60,
    );
    const kept = await kit.storage.listArtifacts(model);
    expect(JSON.stringify(kept)).not.toContain('the-secret');
    expect(kept).toMatchObject([{ id: digest('the-secret'), grantId: 'g', accountId: 'a' }]);
    expect(await adapter(model).find('the-secret')).toMatchObject({ jti: 'the-secret', kind: model });
    expect(await adapter(model).find('another')).toBeUndefined();
    await adapter(model).destroy('the-secret');
    expect(await adapter(model).find('the-secret')).toBeUndefined();
  });

  it('other ids are kept as they are, and a session is found by its uid', async () => {
    await adapter('Session').upsert('s', { jti: 's', uid: 'u', accountId: 'a' }, 60);
    expect(await adapter('Session').findByUid('u')).toMatchObject({ jti: 's', uid: 'u' });
    expect(await adapter('Session').find('s')).toMatchObject({ jti: 's' });
    expect(await adapter('Session').findByUid('v')).toBeUndefined();
    expect(await adapter('Session').findByUserCode('u')).toBeUndefined();
  });

  it('is gone when its time is over, and a little later: for clocks that differ', async () => {
    await adapter('AccessToken').upsert('t', { jti: 't' }, 60);
    await adapter('Client').upsert('c', { client_id: 'c' }, undefined as never);
    pass(MINUTE + 10_000);
    expect(await adapter('AccessToken').find('t')).toBeDefined();
    pass(6000);
    expect(await adapter('AccessToken').find('t')).toBeUndefined();
    expect(await adapter('Client').find('c')).toBeDefined();
  });

  it('a code is used by one of many at once', async () => {
    await adapter('AuthorizationCode').upsert('code', { jti: 'code' }, 60);
    const uses = await Promise.allSettled(
      Array.from({ length: 5 }, () => adapter('AuthorizationCode').consume('code')),
    );
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((uses.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason).toBeInstanceOf(
      errors.InvalidGrant,
    );
    expect(await adapter('AuthorizationCode').find('code')).toHaveProperty('consumed');
  });

  it('a refresh token that was just used looks unused for ten seconds, and used from then on', async () => {
    await adapter('RefreshToken').upsert('r', { jti: 'r' }, 3600);
    await adapter('RefreshToken').consume('r');
    expect(await adapter('RefreshToken').find('r')).not.toHaveProperty('consumed');
    pass(9000);
    expect(await adapter('RefreshToken').find('r')).not.toHaveProperty('consumed');
    pass(2000);
    expect(await adapter('RefreshToken').find('r')).toHaveProperty('consumed');
  });

  it('an assertion’s id is taken once, however many come at once', async () => {
    const takes = await Promise.allSettled(
      Array.from({ length: 5 }, () => adapter('ReplayDetection').upsert('jti', { jti: 'jti' }, 60)),
    );
    expect(takes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      (takes.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason,
    ).toBeInstanceOf(errors.InvalidClientAuth);
  });

  it('a sign-in that is too old is over, however busy; so is a client that was disabled', async () => {
    const loginTs = Math.floor(Date.now() / 1000);
    await adapter('Session').upsert('s', { jti: 's', uid: 'u', loginTs }, 24 * 3600);
    await adapter('Session').upsert('n', { jti: 'n', uid: 'n' }, 24 * 3600);
    await adapter('Client').upsert('c', { client_id: 'c', disabled: true } as never, 3600);
    expect(await adapter('Client').find('c')).toBeUndefined();
    pass(12 * HOUR - 2000);
    expect(await adapter('Session').find('s')).toBeDefined();
    pass(4000);
    expect(await adapter('Session').find('s')).toBeUndefined();
    expect(await adapter('Session').findByUid('u')).toBeUndefined();
    expect(await adapter('Session').find('n')).toBeDefined();
  });

  it('is kept anew as often as it is saved, with when it was used', async () => {
    const at = Math.floor(Date.now() / 1000);
    await adapter('AuthorizationCode').upsert('c', { jti: 'c', grantId: 7 as never }, 60);
    await adapter('AuthorizationCode').upsert('c', { jti: 'c', consumed: at - 5 }, 60);
    expect(await adapter('AuthorizationCode').find('c')).toStrictEqual({ jti: 'c', consumed: at - 5 });
    expect((await kit.storage.listArtifacts('AuthorizationCode'))[0]?.grantId).toBeUndefined();
    await adapter('AuthorizationCode').upsert('d', { jti: 'd' }, 60);
    await adapter('AuthorizationCode').consume('d');
    const { consumed } = (await adapter('AuthorizationCode').find('d')) as { consumed: number };
    expect(consumed - at).toBeLessThanOrEqual(2);
    expect(consumed - at).toBeGreaterThanOrEqual(0);
    await adapter('Grant').upsert('g', { jti: 'g', grantId: 7 as never }, 60);
    expect(await adapter('Grant').find('g')).toStrictEqual({ jti: 'g', grantId: 7 });
  });

  it('a time of signing in ends sessions only, and only where it is one', async () => {
    const loginTs = Math.floor(Date.now() / 1000) - 13 * 3600;
    await adapter('AuthorizationCode').upsert('c', { jti: 'c', loginTs }, 60);
    await adapter('Session').upsert('s', { jti: 's', uid: 's', loginTs: 'long ago' as never }, 60);
    await adapter('Session').upsert('old', { jti: 'old', uid: 'old', loginTs }, 60);
    await adapter('AccessToken').upsert('disabled', { jti: 'disabled', disabled: true } as never, 60);
    expect(await adapter('AuthorizationCode').find('c')).toBeDefined();
    expect(await adapter('Session').find('s')).toBeDefined();
    expect(await adapter('Session').find('old')).toBeUndefined();
    expect(await adapter('AccessToken').find('disabled')).toBeDefined();
  });

  it('goes with its grant', async () => {
    await adapter('AccessToken').upsert('a', { jti: 'a', grantId: 'g' }, 60);
    await adapter('AccessToken').upsert('b', { jti: 'b', grantId: 'h' }, 60);
    await adapter('AccessToken').revokeByGrantId('g');
    expect([await adapter('AccessToken').find('a'), await adapter('AccessToken').find('b')]).toMatchObject([
      undefined,
      { jti: 'b' },
    ]);
  });

  it('a client’s secret is a digest from its first moment, and is so once', async () => {
    await adapter('Client').upsert('c', { client_id: 'c', client_secret: 'open sesame' } as never, 60);
    const { client_secret: kept } = (await adapter('Client').find('c')) as { client_secret?: string };
    expect(kept).toBe(`sha256:${digest('open sesame')}`);
    expect([isHashed(kept), isHashed('open sesame'), isHashed(undefined)]).toEqual([true, false, false]);
    expect(hashedSecret(kept ?? '')).toBe(kept);
    await adapter('Grant').upsert('g', { client_secret: 'left alone' } as never, 60);
    expect(await adapter('Grant').find('g')).toMatchObject({ client_secret: 'left alone' });
  });
});

describe('what an app may be given', () => {
  it.each([
    [{}, 'patient/Patient.rs', true],
    [{}, 'user/Patient.rs', true],
    [{}, 'system/Patient.rs', false],
    [{}, 'openid', true],
    [{ smart_scope: 'patient/Patient.rs' }, 'patient/Patient.rs', true],
    [{ smart_scope: 'patient/Patient.rs' }, 'patient/Patient.r', true],
    [{ smart_scope: 'patient/Patient.rs' }, 'patient/Observation.rs', false],
    [{ smart_scope: 'patient/Patient.rs' }, 'launch/patient', true],
    [{ smart_scope: 'system/*.rs' }, 'system/Patient.rs', true],
    [{ status: 'unreviewed', smart_scope: 'patient/*.rs user/*.rs' }, 'user/Patient.rs', false],
    [{ status: 'unreviewed', smart_scope: 'patient/*.rs user/*.rs' }, 'patient/Patient.rs', true],
    [{ status: 'pending', smart_scope: 'system/*.rs' }, 'system/Patient.rs', false],
    [{ status: 'approved', smart_scope: 'user/*.rs' }, 'user/Patient.rs', true],
  ] as const)('%j: %s is %s', (client, scope, expected) => {
    expect(mayHave(client, scope)).toBe(expected);
  });

  it('is reviewed when it is of the file, or an administrator approved it', () => {
    expect(
      [{}, { status: 'approved' }, { status: 'pending' }, { status: 'unreviewed' }].map((each) =>
        isReviewed(each as never),
      ),
    ).toEqual([true, true, false, false]);
  });

  it('needs a list of the clinic’s own apps, which must be one; the account pages are among them', () => {
    expect(() => loadClients(kit.config)).toThrow(/can't be read/);
    writeFileSync(kit.config.clientsFile, '{}');
    expect(() => loadClients(kit.config)).toThrow(/an array/);
    writeFileSync(kit.config.clientsFile, '[{"client_id":"portal"}]');
    expect(loadClients(kit.config)).toEqual([
      { client_id: 'portal' },
      {
        client_id: 'account',
        client_name: 'your account',
        redirect_uris: [`${kit.config.origin}/account/callback`],
        post_logout_redirect_uris: [`${kit.config.origin}/account`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'none',
        trusted: true,
      },
    ]);
  });

  it('is found, listed and changed where it is stored', async () => {
    await adapter('Client').upsert(
      'a',
      { client_id: 'a', client_name: 'A', status: 'pending' } as never,
      undefined as never,
    );
    expect(await findStoredClient(kit.storage, 'a')).toMatchObject({ client_id: 'a', client_name: 'A' });
    expect(await findStoredClient(kit.storage, 'b')).toBeUndefined();
    expect(await changeStoredClient(kit.storage, 'a', { status: 'approved' })).toBe(true);
    expect(await changeStoredClient(kit.storage, 'b', { status: 'approved' })).toBe(false);
    expect(await listStoredClients(kit.storage)).toMatchObject([
      { client_id: 'a', client_name: 'A', status: 'approved' },
    ]);
  });
});

describe('a client’s secret', () => {
  it('is compared with its digest, which is itself no secret that opens anything', () => {
    class Client {
      clientSecret: string | undefined;
      constructor(clientSecret: string | undefined) {
        this.clientSecret = clientSecret;
      }
    }
    compareHashedSecrets({ Client } as never);
    const compare = (kept: string | undefined, given: string): boolean =>
      (new Client(kept) as unknown as { compareClientSecret(given: string): boolean }).compareClientSecret(
        given,
      );
    const kept = hashedSecret('open sesame');
    expect(compare(kept, 'open sesame')).toBe(true);
    expect(compare('open sesame', 'open sesame')).toBe(true);
    expect(compare(kept, 'another')).toBe(false);
    expect(compare(kept, kept)).toBe(false);
    expect(compare(undefined, 'undefined')).toBe(false);
  });
});
