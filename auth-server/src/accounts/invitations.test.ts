/** Invitations without a browser and without a FHIR server beside; with both in test/family.http.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  channels,
  DAY,
  fhirOf,
  type Kit,
  MINUTE,
  openKit,
  pass,
  STRONG,
  textOf,
  tokenIn,
} from '../../test/kit.ts';
import { consent, relatedPerson } from '../fhir/delegation.ts';
import { FhirUnavailable, type WritingFhirApi } from '../fhir/fhir-api.ts';
import type { Account } from '../storage/storage.ts';
import { createFamily } from './family.ts';
import { createInvitations, type Invitations } from './invitations.ts';

const HERE = '10.0.0.1';
const WHO = {
  patient: 'maria',
  given: 'Ben',
  family: 'Quist',
  email: ' Ben@Example.org ',
  relation: 'spouse',
  kinds: ['visits'],
  until: '2100-01-01',
} as const;

let kit: Kit;
let invitations: Invitations;
let maria: Account;
let ben: Account;
/** Done before the FHIR server writes. */
let beforeWriting: () => Promise<void>;

/** With the password hashed by somebody else's leave. */
const made = (hash = kit.passwords.hash) => {
  const all = fhirOf(kit.resources);
  const api: WritingFhirApi = {
    ...all,
    async write(resources) {
      await beforeWriting();
      await all.write(resources);
    },
  };
  const clinic = {
    read: async () => ({ phone: undefined, address: undefined, hours: [], timeZone: 'UTC' }),
  };
  const family = createFamily({ storage: kit.storage, api, clinic, adultAge: 18, now: kit.now });
  return createInvitations({ ...kit, family, passwords: { ...kit.passwords, hash } });
};

beforeEach(async () => {
  kit = await openKit();
  beforeWriting = async () => {};
  kit.resources.push({ resourceType: 'Patient', id: 'maria', birthDate: '1980-05-05' });
  maria = await kit.account({ username: 'maria', displayName: 'Maria Alvarez', persons: ['Patient/maria'] });
  ben = await kit.account({ username: 'ben', role: 'proxy' });
  invitations = made();
});
afterEach(() => kit.close());

/** The secret that went to the address. */
async function invited(members: Partial<typeof WHO> = {}): Promise<string> {
  expect(await invitations.invite(maria, { ...WHO, ...members }, HERE)).toBeUndefined();
  return tokenIn((await kit.sent()).find((each) => textOf(each).includes('/invitation?token=')));
}
const account = async (id: string) => (await kit.storage.findAccount(id)) as Account;
const lastEvent = async () => (await kit.storage.listAudit({ limit: 1 }))[0];
const idOf = async (secret: string) => (await invitations.find(secret))?.id as string;

describe('an invitation', () => {
  it('goes to the address that was given, and the inviter is told; it waits for a week', async () => {
    expect(await invitations.invite(maria, WHO, HERE)).toBeUndefined();
    const sent = await kit.sent();
    expect(channels(sent).toSorted()).toEqual(['email ben@example.org', 'email maria@example.org']);
    expect(await lastEvent()).toMatchObject({
      event: 'family access offered',
      accountId: maria.id,
      address: HERE,
    });
    const secret = tokenIn(sent.find((each) => textOf(each).includes('/invitation?token=')));
    const found = await invitations.find(secret);
    expect(found).toMatchObject({ ...WHO, email: 'ben@example.org', from: 'Maria Alvarez' });
    expect(found?.goodUntil).toBeGreaterThan(kit.now() + 7 * DAY - MINUTE);
    expect(found?.goodUntil).toBeLessThanOrEqual(kit.now() + 7 * DAY);
    expect(await invitations.waiting(maria.id)).toEqual([found]);
    expect(await invitations.waiting(ben.id)).toEqual([]);
    expect(await invitations.find('nonsense')).toBeUndefined();
    expect(await invitations.find(undefined)).toBeUndefined();
    pass(7 * DAY + MINUTE);
    expect(await invitations.find(secret)).toBeUndefined();
    expect(await invitations.accept(secret, ben, HERE)).toBe('over');
  });

  it('goes neither to oneself, nor to somebody who waits, or has access already', async () => {
    expect(await invitations.invite(maria, { ...WHO, email: 'Maria@example.org' }, HERE)).toBe('oneself');
    const secret = await invited();
    expect(await invitations.invite(maria, WHO, HERE)).toBe('invited');
    await invited({ email: 'another@example.org' as never });
    expect(await invitations.accept(secret, ben, HERE)).toBeUndefined();
    expect(await invitations.invite(maria, WHO, HERE)).toBe('has-access');
  });

  it('is one, and one message to each, where two tabs send it at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => invitations.invite(maria, WHO, HERE)));
    expect(answers.filter((each) => each === undefined)).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set([undefined, 'invited']));
    expect(await invitations.waiting(maria.id)).toHaveLength(1);
    expect(await kit.sent()).toHaveLength(2);
    const [waiting] = await invitations.waiting(maria.id);
    expect(await invitations.withdraw(maria.id, waiting?.id ?? '', HERE)).toBe(true);
    await invited();
  });

  it('goes three times a day to an address, whoever sends it, and ten times from an account', async () => {
    for (let i = 0; i < 3; i++) {
      await invited();
      const [waiting] = await invitations.waiting(maria.id);
      expect(await invitations.withdraw(maria.id, waiting?.id ?? '', HERE)).toBe(true);
    }
    expect(await invitations.invite(maria, WHO, HERE)).toBe('too-many');
    const lee = await kit.account({ username: 'lee' });
    expect(await invitations.invite(lee, { ...WHO, patient: 'lee' }, HERE)).toBe('too-many');
    for (let i = 4; i < 10; i++) await invited({ email: `n${i}@example.org` as never });
    expect(await invitations.invite(maria, { ...WHO, email: 'last@example.org' }, HERE)).toBe('too-many');
    pass(DAY + MINUTE);
    await invited();
  });

  it('is taken back by whoever sent it, once', async () => {
    const secret = await invited();
    const id = await idOf(secret);
    expect(await invitations.withdraw(ben.id, id, HERE)).toBe(false);
    expect(await invitations.withdraw(maria.id, 'another', HERE)).toBe(false);
    expect(await invitations.withdraw(maria.id, id, HERE)).toBe(true);
    expect(await lastEvent()).toMatchObject({
      event: 'family access withdrawn',
      accountId: maria.id,
      address: HERE,
    });
    expect(await invitations.withdraw(maria.id, id, HERE)).toBe(false);
    expect(await invitations.accept(secret, ben, HERE)).toBe('over');
  });

  it('is declined by whom it went to', async () => {
    const secret = await invited();
    const lee = await kit.account({ username: 'lee' });
    expect(await invitations.decline(secret, lee, HERE)).toBe('over');
    expect(await invitations.decline('nonsense', ben, HERE)).toBe('over');
    expect(await invitations.decline(secret, ben, HERE)).toBeUndefined();
    expect(await lastEvent()).toMatchObject({
      event: 'family access declined',
      accountId: ben.id,
      address: HERE,
    });
    expect(await invitations.decline(secret, ben, HERE)).toBe('over');
    expect(await invitations.waiting(maria.id)).toEqual([]);
  });
});

describe('accepting', () => {
  it('opens the record, once, and the inviter is told', async () => {
    const secret = await invited();
    const person = `RelatedPerson/${await idOf(secret)}`;
    expect(await invitations.accept(secret, ben, HERE)).toBeUndefined();
    expect((await account(ben.id)).persons).toEqual([person]);
    const types = kit.resources.map(({ resourceType }) => resourceType);
    expect(types.toSorted()).toEqual(['Consent', 'Patient', 'RelatedPerson']);
    expect(channels(await kit.sent())).toEqual(['email maria@example.org']);
    const told = await kit.storage.listAudit({ limit: 2 });
    expect(told).toMatchObject([
      { event: 'family access given', accountId: maria.id },
      { event: 'family access accepted', accountId: ben.id, address: HERE },
    ]);
    expect(told[0]?.address).toBeUndefined();
    expect(await invitations.accept(secret, ben, HERE)).toBe('over');
    expect(await invitations.find(secret)).toBeUndefined();
  });

  it('adds to what the account is', async () => {
    await kit.storage.updateAccount(ben.id, (each) => ({ ...each, persons: ['Patient/ben'] }));
    const secret = await invited();
    const person = `RelatedPerson/${await idOf(secret)}`;
    expect(await invitations.accept(secret, await account(ben.id), HERE)).toBeUndefined();
    expect((await account(ben.id)).persons).toEqual(['Patient/ben', person]);
  });

  it.each<[string, Partial<Account>, string | undefined]>([
    ['the address it went to', {}, undefined],
    ['another address', { email: 'other@example.org' }, 'other-address'],
    ['an address that was never shown to be theirs', { emailUnproved: true }, 'other-address'],
    ['somebody who works here', { role: 'practitioner' }, 'staff'],
    ['the patient', { persons: ['Patient/maria'] }, 'own-record'],
    ['another patient', { persons: ['Patient/other'] }, undefined],
    ['whoever is related already', { persons: ['RelatedPerson/mum'] }, 'has-access'],
    ['whoever is related to somebody else', { persons: ['RelatedPerson/of-other'] }, undefined],
  ])('by an account of %s', async (_, members, problem) => {
    for (const [id, patient] of [
      ['mum', 'maria'],
      ['of-other', 'other'],
    ] as const)
      kit.resources.push({
        resourceType: 'RelatedPerson',
        id,
        patient: { reference: `Patient/${patient}` },
        active: true,
      });
    kit.resources.push({ resourceType: 'Patient', id: 'other', birthDate: '1980-05-05' });
    const secret = await invited();
    const theirs = { ...ben, ...members };
    const found = await invitations.find(secret);
    expect(found && (await invitations.problemOf(found, theirs))).toBe(problem);
    expect(await invitations.accept(secret, theirs, HERE)).toBe(problem);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['is locked out', () => kit.storage.updateAccount(maria.id, (each) => ({ ...each, disabled: true }))],
    [
      'is not the patient any more',
      () => kit.storage.updateAccount(maria.id, (each) => ({ ...each, persons: [] })),
    ],
    [
      'is another patient by now',
      async () => {
        kit.resources.push({ resourceType: 'Patient', id: 'other', birthDate: '1980-05-05' });
        await kit.storage.updateAccount(maria.id, (each) => ({ ...each, persons: ['Patient/other'] }));
      },
    ],
    [
      'has a record that is in use no more',
      async () => {
        kit.resources[0] = { ...kit.resources[0], active: false } as never;
      },
    ],
    [
      'is not of age',
      async () => {
        kit.resources[0] = {
          ...kit.resources[0],
          birthDate: `${new Date().getUTCFullYear() - 10}-05-05`,
        } as never;
      },
    ],
    [
      'has no birth date that is known whole',
      async () => {
        kit.resources[0] = { ...kit.resources[0], birthDate: '1980-05' } as never;
      },
    ],
    [
      'has no birth date',
      async () => {
        kit.resources[0] = { resourceType: 'Patient', id: 'maria' };
      },
    ],
  ])('is over when whoever invited %s', async (_, become) => {
    const secret = await invited();
    await become();
    expect(await invitations.accept(secret, ben, HERE)).toBe('over');
    expect((await account(ben.id)).persons).toEqual([]);
    expect(kit.resources.some(({ resourceType }) => resourceType === 'RelatedPerson')).toBe(false);
  });

  it('is done by one of two who press at once', async () => {
    const secret = await invited();
    const answers = await Promise.all([1, 2].map(() => invitations.accept(secret, ben, HERE)));
    expect(answers.toSorted()).toEqual(['over', undefined]);
    expect((await account(ben.id)).persons).toHaveLength(1);
  });

  it('that failed is done a minute later, and no sooner', async () => {
    const secret = await invited();
    beforeWriting = async () => {
      throw new FhirUnavailable('not now');
    };
    await expect(invitations.accept(secret, ben, HERE)).rejects.toThrow(FhirUnavailable);
    beforeWriting = async () => {};
    pass(MINUTE - 2000);
    expect(await invitations.accept(secret, ben, HERE)).toBe('over');
    pass(3000);
    expect(await invitations.accept(secret, ben, HERE)).toBeUndefined();
  });

  it('opens nothing again that a first try opened and that has ended since', async () => {
    const secret = await invited();
    const found = await invitations.find(secret);
    const since = new Date(kit.now() - MINUTE).toISOString();
    if (!found) throw new Error('no invitation');
    kit.resources.push(
      { ...relatedPerson(found, since, 'UTC'), active: false } as never,
      consent(found, since, 'UTC') as never,
    );
    expect(await invitations.accept(secret, ben, HERE)).toBe('over');
    expect(await invitations.find(secret)).toBeUndefined();
    expect((await account(ben.id)).persons).toEqual([]);
  });

  it('is as if it had not been where it is taken back at the same moment', async () => {
    const secret = await invited();
    const id = await idOf(secret);
    beforeWriting = async () => {
      beforeWriting = async () => {};
      expect(await invitations.withdraw(maria.id, id, HERE)).toBe(true);
    };
    expect(await invitations.accept(secret, ben, HERE)).toBe('over');
    expect((await account(ben.id)).persons).toEqual([]);
    expect(kit.resources.find(({ resourceType }) => resourceType === 'RelatedPerson')).toMatchObject({
      active: false,
    });
  });
});

describe('an account made by the link', () => {
  const login = { username: ' Benny ', email: 'ignored@example.org', password: STRONG, acceptsTerms: true };

  it('is of the address that it went to, and opens nothing yet', async () => {
    const secret = await invited({ email: 'new@example.org' as never });
    const done = await invitations.signUp(secret, login, HERE);
    const found = await kit.storage.findAccountByLogin('benny');
    expect(done).toEqual({ account: found });
    expect(found).toMatchObject({
      username: 'benny',
      email: 'new@example.org',
      displayName: 'Ben Quist',
      role: 'proxy',
      persons: [],
      terms: { version: kit.config.TERMS_VERSION, at: found?.createdAt },
    });
    expect(await kit.passwords.verify(STRONG, found?.passwordHash)).toBe(true);
    expect(channels(await kit.sent())).toEqual(['email new@example.org']);
    expect(await lastEvent()).toMatchObject({
      event: 'account created',
      accountId: found?.id,
      address: HERE,
    });
    expect(await invitations.accept(secret, found as Account, HERE)).toBeUndefined();
  });

  it('is not made by a link that is over, with a poor password, or under a name that is taken', async () => {
    expect(await invitations.signUp('nonsense', login, HERE)).toEqual({ problems: ['over'] });
    const secret = await invited({ email: 'new@example.org' as never });
    const poor = await invitations.signUp(secret, { ...login, password: 'x', acceptsTerms: false }, HERE);
    expect(poor).toMatchObject({ problems: expect.arrayContaining(['terms']) });
    expect(await invitations.signUp(secret, { ...login, password: 'Quist-9Zk4' }, HERE)).toMatchObject({
      problems: expect.arrayContaining(['password-common']),
    });
    expect(await invitations.signUp(secret, { ...login, username: 'maria' }, HERE)).toEqual({
      problems: ['username-taken'],
    });
    expect(await kit.storage.findAccountByLogin('benny')).toBeUndefined();
  });

  it('is not made where the invitation is taken back, or the name taken, while the password is hashed', async () => {
    const secret = await invited({ email: 'new@example.org' as never });
    const taken = made(async (password) => {
      await kit.account({ username: 'benny' });
      return kit.passwords.hash(password);
    });
    expect(await taken.signUp(secret, login, HERE)).toEqual({ problems: ['username-taken'] });
    const id = await idOf(secret);
    const withdrawn = made(async (password) => {
      await invitations.withdraw(maria.id, id, HERE);
      return kit.passwords.hash(password);
    });
    expect(await withdrawn.signUp(secret, { ...login, username: 'bennie' }, HERE)).toEqual({
      problems: ['over'],
    });
    expect(await kit.storage.findAccountByLogin('bennie')).toBeUndefined();
  });
});
