import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  channels,
  codeIn,
  DAY,
  HOUR,
  type Kit,
  MINUTE,
  openKit,
  pass,
  STRONG,
  textOf,
  tokenIn,
} from '../../test/kit.ts';
import { digest } from '../crypto/secrets.ts';
import { createContactChange } from './contact-change.ts';
import { isEmail, USERNAME } from './new-login.ts';
import { createRecovery } from './recovery.ts';
import { contactOf, createSignUp, issueActivationCode, type SignUp } from './sign-up.ts';

let kit: Kit;
let signUp: SignUp;
beforeEach(async () => {
  kit = await openKit();
  signUp = createSignUp(kit);
  kit.resources.push({
    resourceType: 'Patient',
    id: 'ana',
    name: [{ given: ['Ana', 'Maria'], family: "O'Neil" }],
    birthDate: '1991-07-08',
    telecom: [
      { system: 'email', value: ' Ana@Example.org ' },
      { system: 'phone', value: '(555) 010-0142' },
    ],
  });
});
afterEach(() => kit.close());

const ANA = {
  given: 'ána',
  family: 'ONEIL',
  birthDate: '1991-07-08',
  contact: 'ANA@example.org',
  activationCode: '',
};
const LOGIN = { username: ' Ana ', email: '', password: STRONG, acceptsTerms: true };

/** Sends the details; the code that arrived, '' where none did. */
async function begun(
  details: Partial<typeof ANA> = {},
): Promise<{ secret: string; code: string; to: string[] }> {
  const secret = (await signUp.begin({ ...ANA, ...details }, '10.0.0.1')) ?? '';
  const sent = await kit.sent();
  return { secret, code: codeIn(sent.at(-1)), to: channels(sent) };
}
const finished = async (details: Partial<typeof ANA> = {}, login: Partial<typeof LOGIN> = {}) => {
  const { secret, code } = await begun(details);
  await signUp.verify(secret, code);
  return signUp.finish(secret, { ...LOGIN, ...login }, '10.0.0.1');
};

describe('who somebody is', () => {
  it('is told by name, birth date and a contact on record, however they are typed', async () => {
    expect((await begun()).to).toEqual(['email ana@example.org']);
    const blank = { contact: '+1 555 010 0142', activationCode: '  ' };
    expect((await begun(blank)).to).toEqual(['sms +15550100142']);
    expect((await kit.events(9)).filter((event) => event === 'sign-up begun')).toHaveLength(2);
    expect((await kit.storage.listAudit({ limit: 1 }))[0]?.address).toBe('10.0.0.1');
  });

  it.each([
    ['another first name', { given: 'Anna' }],
    ['another last name', { family: 'Neil' }],
    ['another birthday', { birthDate: '1991-07-09' }],
    ['a contact that is not on record', { contact: 'other@example.org' }],
    ['a phone that is not on record', { contact: '+15550100143' }],
  ])('is not told by %s: the same happens, for nobody', async (_, details) => {
    const { secret, code, to } = await begun(details);
    expect(secret).not.toBe('');
    expect([code, to]).toEqual(['', ['none']]);
    expect(await signUp.find(secret)).toMatchObject({ verified: false });
    expect(await kit.events(1)).toEqual(['sign-up without a match']);
  });

  it.each([
    ['old', { use: 'old' }],
    ['over', { period: { end: '2020-05' } }],
    ['not begun', { period: { start: '2999' } }],
    ['entered from the patient’s side', { extension: [{ url: 'urn:wellspring:unconfirmed-contact' }] }],
  ])('is not told by a contact that is %s', async (_, more) => {
    kit.resources[0] = {
      ...(kit.resources[0] as (typeof kit.resources)[0]),
      telecom: [{ system: 'email', value: 'ana@example.org', ...more }],
    };
    expect((await begun()).to).toEqual(['none']);
  });

  it.each([
    [
      'relative’s record',
      { telecom: [{ system: 'email', value: 'Ana@example.org', use: 'old' }] },
      undefined,
    ],
    ['relative’s account, by e-mail', {}, { email: 'ana@example.org' }],
    ['relative’s account, by phone', {}, { phone: '+15550100142' }],
  ])('is not told by a contact that is in a %s', async (_, more, account) => {
    kit.resources.push({
      resourceType: 'RelatedPerson',
      id: 'p',
      patient: { reference: 'Patient/ana' },
      ...more,
    });
    if (account) await kit.account({ username: 'parent', persons: ['RelatedPerson/p'], ...account });
    const contact = account && 'phone' in account ? '+15550100142' : ANA.contact;
    expect((await begun({ contact })).to).toEqual(['none']);
    expect(await kit.events(2)).toContain('sign-up by a contact of a relative');
    // Neither another contact in a relative's account nor the account of somebody who is no relative proves anything against it.
    if (account) {
      const [email, phone] = ['parent@example.org', '+15550100199'];
      await kit.storage.updateAccount('id-parent', (each) => ({ ...each, email, phone }));
      expect((await begun({ contact })).to).not.toEqual(['none']);
      await kit.storage.updateAccount('id-parent', (each) => ({ ...each, ...account, persons: [] }));
    } else kit.resources.pop();
    expect((await begun({ contact })).to).not.toEqual(['none']);
  });

  it('is nobody who is younger than the clinic has accounts for, also by its code', async () => {
    kit.tooYoung.add('Patient/ana');
    expect((await begun()).to).toEqual(['none']);
    expect(await kit.events(2)).toContain('sign-up below the age for an account');
    const activationCode = await issueActivationCode(kit.storage, 'Patient/ana', kit.now());
    expect((await begun({ activationCode })).to).toEqual(['none']);
    kit.tooYoung.clear();
    expect((await begun()).to).not.toEqual(['none']);
  });

  it.each([
    ['is dead', { deceasedBoolean: true }],
    ['died', { deceasedDateTime: '2020' }],
    ['is not a patient any more', { active: false }],
    ['was merged into another', { link: [{ other: { reference: 'Patient/b' }, type: 'replaced-by' }] }],
    ['was called so before', { name: [{ use: 'old', given: ['Ana'], family: "O'Neil" }] }],
    ['has no first name', { name: [{ family: "O'Neil" }] }],
  ])('is nobody who %s', async (_, more) => {
    kit.resources[0] = { ...(kit.resources[0] as (typeof kit.resources)[0]), ...more };
    expect((await begun()).to).toEqual(['none']);
  });

  it('is for the clinic to say where two have one name and birthday', async () => {
    kit.resources.push({ ...(kit.resources[0] as (typeof kit.resources)[0]), id: 'ana-2', telecom: [] });
    expect((await begun()).to).toEqual(['none']);
    expect(await kit.events(2)).toContain('sign-up ambiguous');
  });

  it('is told by an activation code, whatever the contact, for the birthday it belongs to', async () => {
    const code = await issueActivationCode(kit.storage, 'Patient/ana', kit.now());
    const contact = 'new@example.org';
    expect((await begun({ activationCode: code, birthDate: '1990-01-01', contact })).to).toEqual(['none']);
    expect((await begun({ activationCode: 'AAAA-AAAA-AAAA', contact })).to).toEqual(['none']);
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ')} `;
    expect((await begun({ activationCode: typed, contact })).to).toEqual(['email new@example.org']);
    pass(14 * DAY + MINUTE);
    expect((await begun({ activationCode: code, contact: 'later@example.org' })).to).toEqual(['none']);
  });

  it('who has an account already hears of it there, and no code is sent', async () => {
    await kit.account({ username: 'has', persons: ['Patient/ana'] });
    const { to, secret } = await begun();
    expect(to.toSorted()).toEqual(['email has@example.org', 'none']);
    expect(await signUp.find(secret)).not.toHaveProperty('person', 'Patient/ana');
    expect(await kit.events(1)).toEqual(['sign-up without a match']);
  });

  it('is kept from nobody by whoever knows their address and not who they are', async () => {
    for (const given of ['Eve', 'Eve', 'Eva', 'Evi', 'Evy']) {
      expect((await begun({ given })).secret).not.toBe('');
      expect((await begun({ birthDate: `199${given.length}-01-01` })).to).not.toContain(
        'email ana@example.org',
      );
    }
    expect((await begun()).to).toContain('email ana@example.org');
  });

  it('sends three mails a day to a contact, however it is asked for, and says nothing of it', async () => {
    const spellings = ["O'Neil", 'ONEIL', 'O-Neil', 'O Neil', 'O’Neil'];
    const got = [];
    for (const family of spellings) {
      const { secret, to, code } = await begun({ family });
      got.push([secret !== '', to.length, to.includes('email ana@example.org')]);
      if (code === '') expect(await signUp.verify(secret, code)).toBe(false);
    }
    expect(got).toEqual([true, true, true, false, false].map((isSent) => [true, 1, isSent]));
  });

  it('is asked three times a day for a person and a contact', async () => {
    for (const given of ['ána', ' ÁNA ', 'Ána']) expect((await begun({ given })).secret).not.toBe('');
    expect((await begun()).secret).toBe('');
    pass(DAY + MINUTE);
    expect((await begun()).secret).not.toBe('');
  });

  it('is not asked without a contact that can be', async () => {
    expect(await signUp.begin({ ...ANA, contact: 'nonsense' }, '')).toBeUndefined();
  });
});

describe('the account', () => {
  it('is made by the proved contact, with a name, the terms, and the person it belongs to', async () => {
    const result = await finished();
    expect(result).toMatchObject({
      account: {
        username: 'ana',
        email: 'ana@example.org',
        displayName: 'ána ONEIL',
        role: 'patient',
        persons: ['Patient/ana'],
        terms: { version: kit.config.TERMS_VERSION },
      },
    });
    const account = await kit.storage.findAccountByLogin('ana');
    expect(await kit.passwords.verify(STRONG, account?.passwordHash)).toBe(true);
    const [mail] = await kit.sent();
    expect(channels(mail ? [mail] : [])).toEqual(['email ana@example.org']);
    expect(textOf(mail)).toContain('ana');
    expect((await kit.storage.listAudit({ limit: 1 }))[0]).toMatchObject({
      event: 'account created',
      accountId: account?.id,
      address: '10.0.0.1',
    });
  });

  it('of whoever was proved by phone has that phone; the e-mail they gave opens nothing before it was shown to be theirs', async () => {
    const result = await finished({ contact: '+15550100142' }, { email: ' Ana.New@Example.org ' });
    expect(result).toMatchObject({
      account: { email: 'ana.new@example.org', phone: '+15550100142', emailUnproved: true },
    });
    const [mail, ...more] = await kit.sent();
    expect([channels(mail ? [mail] : []), more]).toEqual([['email ana.new@example.org'], []]);
    expect(textOf(mail)).not.toMatch(/username|\bana\b/i);
    const recovery = createRecovery(kit);
    await recovery.requestPasswordReset('ana', 'a');
    const [text] = await kit.sent();
    expect(channels(text ? [text] : [])).toEqual(['sms +15550100142']);
    expect(await recovery.findResetLink(tokenIn(text))).toBeDefined();
    await recovery.requestUsername('ana.new@example.org', 'a');
    expect(channels(await kit.sent())).toEqual(['none']);
    expect(await createContactChange(kit).confirmEmail(tokenIn(mail), 'a')).toBe(true);
    expect(await kit.sent()).toEqual([]);
    await recovery.requestPasswordReset('ana', 'a');
    await recovery.requestUsername('ana.new@example.org', 'a');
    expect(channels(await kit.sent())).toEqual(['email ana.new@example.org', 'email ana.new@example.org']);
  });

  it('of a related person is a proxy’s, made once by one code', async () => {
    kit.resources.push({ resourceType: 'RelatedPerson', id: 'mum', patient: { reference: 'Patient/ana' } });
    const activationCode = await issueActivationCode(kit.storage, 'RelatedPerson/mum', kit.now());
    const first = await begun({ activationCode, contact: 'mum@example.org' });
    const second = await begun({ activationCode, contact: 'mum2@example.org' });
    for (const { secret, code } of [first, second]) expect(await signUp.verify(secret, code)).toBe(true);
    expect(await signUp.knowsActivation(activationCode, ANA.birthDate)).toBe(true);
    expect(await kit.events()).not.toContain('sign-up with a wrong activation code');
    expect(await signUp.finish(first.secret, LOGIN, '')).toMatchObject({
      account: { role: 'proxy', persons: ['RelatedPerson/mum'] },
    });
    expect(await signUp.knowsActivation(activationCode, ANA.birthDate)).toBe(false);
    expect(await kit.events(1)).toEqual(['sign-up with a wrong activation code']);
    expect(await signUp.finish(second.secret, { ...LOGIN, username: 'mum2' }, '')).toEqual({
      problems: ['over'],
    });
  });

  it('is not made before the code, without it, twice, or an hour later', async () => {
    const proved = await begun({ contact: '+1 555 010 0142' });
    expect(await signUp.verify(proved.secret, proved.code)).toBe(true);
    const { secret, code } = await begun();
    expect(await signUp.finish(secret, LOGIN, '')).toEqual({ problems: ['over'] });
    expect(await signUp.verify(secret, code === '000000' ? '000001' : '000000')).toBe(false);
    expect(await signUp.verify(secret, code)).toBe(true);
    expect(await signUp.verify(secret, code)).toBe(false);
    const both = await Promise.all(
      [1, 2].map((i) => signUp.finish(secret, { ...LOGIN, username: `ana${i}` }, '')),
    );
    expect(both.filter((each) => 'account' in each)).toHaveLength(1);
    const late = await begun({ contact: '+15550100142' });
    pass(HOUR + MINUTE);
    for (const each of [late, proved]) expect(await signUp.find(each.secret)).toBeUndefined();
    expect(await signUp.find(undefined)).toBeUndefined();
    expect(await signUp.verify('nothing', '000000')).toBe(false);
    for (const secret of ['nothing', proved.secret])
      expect(await signUp.finish(secret, LOGIN, '')).toEqual({ problems: ['over'] });
  });

  it('is not made for nobody, even with a code that is right', async () => {
    const { secret } = await begun({ given: 'Nobody' });
    const stored = (await kit.storage.findArtifact('SignUp', digest(secret)))?.payload;
    expect(stored).not.toHaveProperty('person');
    for (const code of ['000000', '123456']) expect(await signUp.verify(secret, code)).toBe(false);
  });

  it.each([
    ['a username of another form', { username: '../x' }, ['username-form']],
    ['a username that is taken', { username: 'Taken' }, ['username-taken']],
    ['the e-mail of another as username', { username: 'taken@example.org' }, ['username-form']],
    ['terms that are not accepted', { acceptsTerms: false }, ['terms']],
    [
      'the own name as password',
      { username: 'harbourmaster', password: 'Harbourmaster-1' },
      ['password-common'],
    ],
    ['a short password', { password: 'Ab-1' }, expect.arrayContaining(['password-length'])],
  ])('is not made with %s; what was done is not lost', async (_, login, problems) => {
    await kit.account({ username: 'taken' });
    const { secret, code } = await begun();
    await signUp.verify(secret, code);
    expect(await signUp.finish(secret, { ...LOGIN, ...login }, '')).toEqual({ problems });
    expect(await signUp.finish(secret, LOGIN, '')).toHaveProperty('account');
  });

  it('is not made with an e-mail that is none, or another’s', async () => {
    await kit.account({ username: 'taken' });
    const { secret, code } = await begun({ contact: '+15550100142' });
    await signUp.verify(secret, code);
    const withEmail = (email: string) => signUp.finish(secret, { ...LOGIN, email }, '');
    expect(await withEmail('none')).toEqual({ problems: ['email-form'] });
    expect(await withEmail('TAKEN@example.org')).toEqual({ problems: ['email-taken'] });
  });
});

describe('what is typed', () => {
  it.each([
    ['a@b.example', true],
    ['A.B+c@sub.b-c.example', true],
    [`${'a'.repeat(64)}@b.example`, true],
    [`${'a'.repeat(65)}@b.example`, false],
    [`a@${'b'.repeat(250)}.example`, false],
    ['a@b', false],
    ['a b@c.example', false],
    ['a@b.example\nx', false],
    ['<a@b.example>', false],
    ['a@b.example,c@d.example', false],
    ['@b.example', false],
  ])('%s as an e-mail address: %s', (text, expected) => {
    expect(isEmail(text)).toBe(expected);
  });

  it.each([
    ['a1.b-c_d', true],
    ['abc', true],
    ['ab', false],
    ['.abc', false],
    ['Abc', false],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['abc\n', false],
  ])('%s as a username: %s', (text, expected) => {
    expect(USERNAME.test(text)).toBe(expected);
  });

  it.each([
    [' A@B.example ', { channel: 'email', to: 'a@b.example' }],
    ['(555) 010-0142', { channel: 'sms', to: '+15550100142' }],
    ['1 555 010 0142', { channel: 'sms', to: '+15550100142' }],
    ['+49 30 1234567', { channel: 'sms', to: '+49301234567' }],
    ['+1234567', undefined],
    ['+1234567890123456', undefined],
    ['555 0142', undefined],
    ['2 555 010 0142', undefined],
    ['a@b', undefined],
    ['', undefined],
  ])('%j as a contact', (text, expected) => {
    expect(contactOf(text)).toEqual(expected);
  });
});

describe('row 17: a person has one account, and what it rests on holds when it is made', () => {
  const PHONE = { contact: '(555) 010-0142' };
  const proved = async (details: Partial<typeof ANA> = {}): Promise<string> => {
    const { secret, code } = await begun(details);
    expect(await signUp.verify(secret, code)).toBe(true);
    return secret;
  };
  const login = (username: string) => ({ ...LOGIN, username, email: `${username}@example.com` });

  it('of two that were begun with two contacts one ends in an account, at once or one after the other', async () => {
    const secrets = [await proved(), await proved(PHONE), await proved(PHONE)];
    const [first, second, third] = secrets as [string, string, string];
    const both = await Promise.all([
      signUp.finish(first, login('ana-one'), '10.0.0.1'),
      signUp.finish(second, login('ana-two'), '10.0.0.1'),
    ]);
    expect(both.filter((each) => 'account' in each)).toHaveLength(1);
    expect(await signUp.finish(third, login('ana-three'), '10.0.0.1')).toEqual({ problems: ['over'] });
    expect(await kit.storage.listAccounts({ person: 'Patient/ana' })).toHaveLength(1);
  });

  it('the contact must still be the one on record', async () => {
    const secret = await proved();
    const [ana] = kit.resources as unknown as [{ telecom: unknown }];
    const { telecom } = ana;
    ana.telecom = [];
    expect(await signUp.finish(secret, LOGIN, '10.0.0.1')).toEqual({ problems: ['over'] });
    expect(await kit.storage.listAccounts({ person: 'Patient/ana' })).toEqual([]);
    ana.telecom = telecom;
    expect(await signUp.finish(secret, LOGIN, '10.0.0.1')).toHaveProperty('account');
  });

  it('one that is being made holds up the others for as long as that takes, and for a minute where its process ended', async () => {
    const [first, second] = [await proved(), await proved(PHONE)];
    const { promise: isAsked, resolve } = Promise.withResolvers<void>();
    const match = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    void createSignUp({ ...kit, people: { ...kit.people, match } }).finish(first, login('ana-one'), '');
    await isAsked;
    expect(await signUp.finish(second, login('ana-two'), '')).toEqual({ problems: ['over'] });
    pass(MINUTE + 1000);
    expect(await signUp.finish(second, login('ana-two'), '')).toHaveProperty('account');
  });

  it('an activation code and a contact make one account', async () => {
    const activationCode = await issueActivationCode(kit.storage, 'Patient/ana', kit.now());
    const secrets = [await proved({ activationCode }), await proved()] as [string, string];
    const both = await Promise.all(
      secrets.map((each, i) => signUp.finish(each, login(`ana-${i}`), '10.0.0.1')),
    );
    expect(both.filter((each) => 'account' in each)).toHaveLength(1);
  });
});
