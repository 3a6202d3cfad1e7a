/** Accounts at the care team's desk: found, and what an administrator of the clinic may do of each (decision 36). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProvider, type ProviderKit } from '../../test/provider-kit.ts';
import { secondFactorLimit } from '../accounts/sign-in.ts';

const DESK = 'http://localhost:8083';

let kit: ProviderKit;
let chief: string;
beforeEach(async () => {
  kit = await openProvider({ DESK_URL: DESK });
  await kit.store({ client_id: 'desk', trusted: true, meant_for: 'staff', smart_scope: 'user/*.cruds' });
  kit.resources.push({
    resourceType: 'PractitionerRole',
    id: 'doc-administrator',
    active: true,
    practitioner: { reference: 'Practitioner/doc' },
    code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'administrator' }] }],
  });
  await kit.person('chief', ['Practitioner/doc'], 'practitioner');
  await kit.storage.updateAccount('id-chief', (each) => ({ ...each, demo: true }));
  await kit.person('lena', ['Patient/lena-9']);
  chief = await tokenOf('chief');
});
afterEach(() => kit.close());

async function tokenOf(username: string): Promise<string> {
  const scope = 'openid fhirUser online_access user/Patient.rs';
  return (await kit.exchange(await kit.launched({ client_id: 'desk', scope }, kit.browser(), username))).body
    .access_token;
}

async function ask(path: string, body: unknown, token = chief) {
  const response = await fetch(`${kit.issuer}/administration${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

interface Found {
  readonly id: string;
  readonly username: string;
  readonly can: readonly string[];
  readonly sessions: readonly object[];
  readonly isLocked: boolean;
}
const find = async (query: string): Promise<Found[]> => (await ask('/accounts', { query })).body.accounts;
const lena = async (): Promise<Found> => (await find('lena'))[0] as Found;
const act = async (what: string, id = 'id-lena'): Promise<number> =>
  (await ask(`/accounts/${id}`, { act: what })).status;
const deeds = async (): Promise<string[]> =>
  (await kit.storage.listAudit({ limit: 50 }))
    .filter(({ event, accountId }) => event.startsWith('administrator: ') && accountId === 'id-lena')
    .map(({ event, detail }) => `${event} by ${detail}`);

describe('accounts', () => {
  it('are found by a part of their names, and by whose they are; what nobody needs to help is not told', async () => {
    for (const query of ['LEN', 'Patient/lena-9', ' lena '])
      expect(
        (await find(query)).map(({ username }) => username),
        query,
      ).toEqual(['lena']);
    expect(await find('nobody-at-all')).toEqual([]);
    const { body } = await ask('/accounts', { query: 'lena' });
    expect(body).toMatchObject({
      needs: 'nothing',
      isMore: false,
      accounts: [
        {
          id: 'id-lena',
          role: 'patient',
          persons: ['Patient/lena-9'],
          isDisabled: false,
          isLocked: false,
          hasSecondFactor: false,
          sessions: [],
          can: ['require-second-factor', 'sign-out', 'disable'],
        },
      ],
    });
    expect(JSON.stringify(body)).not.toMatch(/argon|password|totp|recovery/i);
    const looked = (await kit.storage.listAudit({ limit: 20 })).filter(({ event }) =>
      event.includes('looked'),
    );
    expect(looked[0]).toMatchObject({ event: 'administrator: accounts looked up', detail: 'id-chief' });
    expect(JSON.stringify(looked)).not.toContain('lena');
    for (const query of ['', 'l', ' l ', 7, undefined])
      expect((await ask('/accounts', { query })).status, String(query)).toBe(400);
  });

  it('that are too many are cut, and it is said so; one that is named exactly is first', async () => {
    for (let i = 0; i < 21; i++) await kit.person(`a-lena-${i}`, []);
    const { body } = await ask('/accounts', { query: 'lena' });
    expect([body.accounts.length, body.isMore, body.accounts[0].username]).toEqual([20, true, 'lena']);
  });

  it('are found among however many, by a name without its accents', async () => {
    for (let i = 0; i < 1100; i++)
      await kit.storage.insertAccount({
        id: `id-${i}`,
        username: `a-${String(i).padStart(5, '0')}`,
        email: `${i}@many.example`,
        displayName: 'Somebody Else',
        passwordHash: '-',
        role: 'patient',
        persons: [],
        createdAt: 0,
      });
    await kit.person('zoila', ['Patient/zoila']);
    await kit.storage.updateAccount('id-zoila', (each) => ({ ...each, displayName: 'Zoila Núñez Álvarez' }));
    for (const query of ['nunez alv', 'NÚÑEZ', 'ñez'])
      expect(
        (await find(query)).map(({ username }) => username),
        query,
      ).toEqual(['zoila']);
  });

  it('are disabled, and given back: whoever was signed in is out at once', async () => {
    const theirs = await kit.tokens({});
    expect((await kit.introspect(theirs.access_token)).active).toBe(true);
    const id = 'id-kim';
    expect(await act('disable', id)).toBe(204);
    expect(await kit.introspect(theirs.access_token)).toEqual({ active: false });
    expect((await find('kim'))[0]?.can).toEqual(['enable']);
    expect(await act('disable', id), 'twice').toBe(409);
    expect(await act('enable', id)).toBe(204);
    expect((await find('kim'))[0]?.can).toContain('disable');
  });

  it('are let in again: the slowed down, and those whose second device was lost; each deed is in the log', async () => {
    expect(await act('unlock'), 'nothing to unlock').toBe(409);
    expect(await act('reset-second-factor'), 'nothing to reset').toBe(409);
    for (let i = 0; i < 5; i++) await secondFactorLimit(kit.storage, Date.now).take('id-lena');
    expect((await lena()).isLocked).toBe(true);
    expect(await act('unlock')).toBe(204);
    expect((await lena()).isLocked).toBe(false);
    await kit.storage.updateAccount('id-lena', (each) => ({
      ...each,
      totp: { sealedSecret: kit.seal.seal('x'), lastStep: 0 },
    }));
    expect(await act('reset-second-factor')).toBe(204);
    expect((await kit.storage.findAccount('id-lena'))?.totp).toBeUndefined();
    expect(await act('require-second-factor')).toBe(204);
    expect(await act('waive-second-factor')).toBe(204);
    expect(await act('sign-out')).toBe(204);
    expect(await deeds()).toEqual([
      'administrator: account signed out by id-chief',
      'administrator: second factor not required by id-chief',
      'administrator: second factor required by id-chief',
      'administrator: second factor reset by id-chief',
      'administrator: account unlocked by id-chief',
    ]);
  });

  it('of oneself, and of who administers the sign-in service, are told and left alone; nobody else does anything', async () => {
    await kit.person('root-of-all', [], 'administrator');
    for (const name of ['chief', 'root-of-all']) {
      expect((await find(name))[0]?.can, name).toEqual([]);
      for (const what of [
        'unlock',
        'reset-second-factor',
        'waive-second-factor',
        'sign-out',
        'disable',
        'enable',
      ])
        expect(await act(what, `id-${name}`), `${what} ${name}`).toBe(409);
    }
    expect(await act('disable', 'nobody')).toBe(404);
    for (const body of [
      {},
      [],
      { act: 'add-person' },
      { act: 'toString' },
      { act: 'disable', role: 'administrator' },
    ])
      expect((await ask('/accounts/id-lena', body)).status, JSON.stringify(body)).toBe(400);
    kit.resources.push({ resourceType: 'Practitioner', id: 'nurse' });
    kit.resources.push({
      resourceType: 'PractitionerRole',
      id: 'nurse-nurse',
      active: true,
      practitioner: { reference: 'Practitioner/nurse' },
      code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'nurse' }] }],
    });
    await kit.person('nurse', ['Practitioner/nurse'], 'practitioner');
    const nurse = await tokenOf('nurse');
    expect((await ask('/accounts', { query: 'lena' }, nurse)).status).toBe(403);
    expect((await ask('/accounts/id-lena', { act: 'disable' }, nurse)).status).toBe(403);
    expect((await kit.storage.findAccount('id-lena'))?.disabled).toBeUndefined();
    // Not signed in as an administrator has to be: looked at, and nothing done.
    await kit.storage.updateAccount('id-chief', (each) => ({ ...each, demo: undefined }));
    expect((await ask('/accounts', { query: 'lena' })).body.needs).toBe('second-factor');
    expect(await act('disable')).toBe(401);
    expect(await deeds()).toEqual([]);
  });
});
