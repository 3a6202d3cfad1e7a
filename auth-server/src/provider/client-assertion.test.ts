/** What a service's JWT must say beyond what the library checks (SMART App Launch 2.2, client-confidential-asymmetric.html). */
import { errors } from 'oidc-provider';
import { describe, expect, it } from 'vitest';
import { checkAssertion } from './client-assertion.ts';

const now = (): number => Math.floor(Date.now() / 1000);
const keyStore = (...kids: string[]) => ({ [Symbol.iterator]: () => kids.map((kid) => ({ kid })).values() });

function check(claims: object = {}, header: object = {}, client: object = {}): Promise<void> {
  return checkAssertion(
    undefined as never,
    { sub: 'app', exp: now() + 60, ...claims },
    { kid: 'one', ...header },
    { clientId: 'app', jwksUri: 'https://app.example/jwks', asymmetricKeyStore: keyStore('one'), ...client },
  );
}

describe('a client’s assertion', () => {
  it.each([
    ['with its key, for a minute', {}, {}, {}],
    ['for five minutes, by a clock that is a little ahead', { exp: now() + 314 }, {}, {}],
    ['that says where its keys are, as it registered', {}, { jku: 'https://app.example/jwks' }, {}],
    ['with any of its keys', {}, { kid: 'two' }, { asymmetricKeyStore: keyStore('one', 'two') }],
    ['where the library holds no list of keys', {}, {}, { asymmetricKeyStore: undefined }],
  ])('is taken %s', async (_, claims, header, client) => {
    await expect(check(claims, header, client)).resolves.toBeUndefined();
  });

  it.each([
    ['of another client', { sub: 'other' }, {}, {}],
    ['that lives longer than five minutes', { exp: now() + 3600 }, {}, {}],
    ['that lives a little longer than clocks may differ', { exp: now() + 330 }, {}, {}],
    ['that does not name its key', {}, { kid: undefined }, { asymmetricKeyStore: undefined }],
    ['with an empty name for its key', {}, { kid: '' }, { asymmetricKeyStore: undefined }],
    ['with a name that is none', {}, { kid: 7 }, { asymmetricKeyStore: undefined }],
    ['that says its keys are elsewhere', {}, { jku: 'https://evil.example/jwks' }, {}],
    ['that says where, of a client that registered no address', {}, { jku: 'x' }, { jwksUri: undefined }],
    ['with a key that is not the client’s', {}, { kid: 'three' }, {}],
    ['of a client without keys', {}, {}, { asymmetricKeyStore: keyStore() }],
  ])('is refused %s', async (_, claims, header, client) => {
    await expect(check(claims, header, client)).rejects.toBeInstanceOf(errors.InvalidClientAuth);
  });

  it('is held against the keys as they are now: a key that was withdrawn is no key', async () => {
    let kids = ['one'];
    const store = (isStale: boolean) => ({
      stale: () => isStale,
      async refresh() {
        kids = [];
      },
      [Symbol.iterator]: () => kids.map((kid) => ({ kid })).values(),
    });
    await expect(check({}, {}, { asymmetricKeyStore: store(false) })).resolves.toBeUndefined();
    await expect(check({}, {}, { asymmetricKeyStore: store(true) })).rejects.toBeInstanceOf(
      errors.InvalidClientAuth,
    );
  });
});
