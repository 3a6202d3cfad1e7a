/** Accounts from a file: whole or not at all, and as often as one likes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, openKit } from '../../test/kit.ts';
import { importAccounts } from './import-accounts.ts';
import { verifyPassword } from './password.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await openKit();
});
afterEach(() => kit.close());

const KIM = {
  username: 'kim.lind_1',
  email: 'Kim@Example.org',
  phone: '+14135550100',
  password: 'Violet-Harbour-47',
  displayName: 'Kim Lind',
  role: 'patient',
  persons: ['Patient/kim', 'RelatedPerson/kim-1', 'Practitioner/k.2'],
};
const imported = (json: unknown, demo = false) => importAccounts(kit.storage, json, { demo, now: 5000 });
const stored = async (login = KIM.username) => kit.storage.findAccountByLogin(login);

describe('an import', () => {
  it('writes what the file says, with a password that is not kept', async () => {
    expect(await imported([KIM, { ...KIM, username: 'lee', email: 'lee@example.org' }], true)).toBe(2);
    const { password, ...members } = KIM;
    const account = await stored();
    expect(account).toMatchObject({
      ...members,
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      email: 'kim@example.org',
      createdAt: 5000,
      demo: true,
    });
    expect(JSON.stringify(account)).not.toContain(password);
    expect(await verifyPassword(password, account?.passwordHash ?? '')).toBe(true);
    expect((await stored('lee'))?.id).not.toBe(account?.id);
  });

  it('done again changes what is other, and nothing else', async () => {
    await imported([KIM], true);
    const before = await stored();
    expect(await imported([{ ...KIM, displayName: 'Kim L.', email: 'new@example.org' }])).toBe(1);
    const after = await stored();
    expect(after).toEqual({ ...before, displayName: 'Kim L.', email: 'new@example.org', demo: false });
    await imported([{ ...KIM, password: 'Another-Harbour-48' }]);
    expect(await verifyPassword('Another-Harbour-48', (await stored())?.passwordHash ?? '')).toBe(true);
    expect((await stored())?.id).toBe(before?.id);
  });

  it.each<[string, unknown, RegExp]>([
    ['a username in capitals', { username: 'Kim' }, /^0\.username: lower case/],
    ['no e-mail', { email: 'kim' }, /^0\.email/],
    ['a phone without its country', { phone: '4135550100' }, /^0\.phone/],
    ['a phone with words', { phone: '+14135550100 x' }, /^0\.phone/],
    ['a phone that is too short', { phone: '+1234567' }, /^0\.phone/],
    ['a short password', { password: 'x'.repeat(11) }, /^0\.password/],
    ['no name', { displayName: '' }, /^0\.displayName/],
    ['a role that there is not', { role: 'owner' }, /^0\.role/],
    ['a person of another type', { persons: ['Device/x'] }, /^0\.persons\.0/],
    ['a person without an id', { persons: ['Patient/'] }, /^0\.persons\.0/],
    ['a person elsewhere', { persons: ['https://x.example/Patient/x'] }, /^0\.persons\.0/],
    ['a person’s version', { persons: ['Patient/x/_history/1'] }, /^0\.persons\.0/],
  ])('writes nothing with %s, and says where', async (_, change, told) => {
    const other = { ...KIM, username: 'lee', email: 'lee@example.org' };
    await expect(imported([{ ...KIM, ...(change as object) }, other])).rejects.toThrow(told);
    expect(await kit.storage.listAccounts({ limit: 9 })).toEqual([]);
  });

  it('says each fault on a line of its own, and takes a list only', async () => {
    await expect(imported([{ ...KIM, email: 'x', role: 'x' }])).rejects.toThrow(/^0\.email: .+\n0\.role: /);
    await expect(imported({})).rejects.toThrow();
    expect(await imported([])).toBe(0);
  });

  it('takes the longest of what may be', async () => {
    const change = {
      phone: '+123456789012345',
      password: 'x'.repeat(12),
      persons: [`Patient/${'x'.repeat(64)}`],
    };
    expect(await imported([{ ...KIM, ...change }])).toBe(1);
    await expect(imported([{ ...KIM, persons: [`Patient/${'x'.repeat(65)}`] }])).rejects.toThrow();
    await expect(imported([{ ...KIM, phone: '+1234567890123456' }])).rejects.toThrow();
  });

  it('does not give one address to two', async () => {
    await imported([KIM]);
    await expect(imported([{ ...KIM, username: 'lee' }])).rejects.toThrow('lee: the e-mail is taken');
  });
});
