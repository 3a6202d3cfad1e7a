import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channels, HOUR, type Kit, MINUTE, openKit, pass, STRONG, textOf, tokenIn } from '../../test/kit.ts';
import type { Account } from '../storage/storage.ts';
import { artifact } from '../storage/storage.ts';
import { createRecovery, type Recovery } from './recovery.ts';

let kit: Kit;
let recovery: Recovery;
let kim: Account;
beforeEach(async () => {
  kit = await openKit();
  recovery = createRecovery(kit);
  kim = await kit.account({ username: 'kim' });
});
afterEach(() => kit.close());

async function link(login = 'kim'): Promise<string> {
  expect(await recovery.requestPasswordReset(login, '10.0.0.1')).toBe(true);
  return tokenIn((await kit.sent()).at(-1));
}
const session = (uid: string) =>
  kit.storage.saveArtifact(artifact('Session', `s-${uid}`, {}, { accountId: kim.id, uid }));
const sessions = async () => (await kit.storage.listArtifacts('Session', kim.id)).map(({ uid }) => uid);

describe('a forgotten password', () => {
  it('is answered alike for everybody; the link goes to the account’s own address', async () => {
    for (const login of ['kim', ' KIM@Example.org ']) {
      expect(await recovery.requestPasswordReset(login, 'a')).toBe(true);
      const [mail, ...more] = await kit.sent();
      expect([channels(mail ? [mail] : []), more]).toEqual([['email kim@example.org'], []]);
      expect(textOf(mail)).toContain(`${kit.config.origin}/reset-password?token=`);
    }
    expect(await recovery.requestPasswordReset('nobody', 'a')).toBe(true);
    expect(channels(await kit.sent())).toEqual(['none']);
    expect(
      (await kit.storage.listAudit({ limit: 2 })).map(({ event, accountId }) => [event, accountId]),
    ).toEqual([
      ['password reset asked', undefined],
      ['password reset asked', kim.id],
    ]);
  });

  it('is changed by the link, once; all sessions end, and the owner is told', async () => {
    const token = await link();
    await session('one');
    expect(await recovery.findResetLink(token)).toBeDefined();
    expect(await recovery.resetPassword(token, 'short', '')).toMatchObject({
      unmet: expect.arrayContaining(['length']),
    });
    expect(await recovery.resetPassword(token, STRONG, '10.0.0.9')).toHaveProperty('account');
    expect(await sessions()).toEqual([]);
    expect(channels(await kit.sent())).toEqual(['email kim@example.org']);
    const after = await kit.storage.findAccount(kim.id);
    expect(await kit.passwords.verify(STRONG, after?.passwordHash)).toBe(true);
    expect(after?.passwordChangedAt).toBeGreaterThan(0);
    expect((await kit.storage.listAudit({ limit: 1 }))[0]).toMatchObject({
      event: 'password reset',
      accountId: kim.id,
      address: '10.0.0.9',
    });
    expect(await recovery.findResetLink(token)).toBeUndefined();
    expect(await recovery.resetPassword(token, STRONG, '')).toEqual({ unmet: ['over'] });
  });

  it('goes by mail where the address was proved, by text where only the phone was', async () => {
    const lee = await kit.account({ username: 'lee', phone: '+15550100177' });
    await recovery.requestPasswordReset('lee', 'a');
    expect(channels(await kit.sent())).toEqual(['email lee@example.org']);
    await kit.storage.updateAccount(lee.id, (each) => ({ ...each, emailUnproved: true }));
    await recovery.requestPasswordReset('lee', 'a');
    const [text] = await kit.sent();
    expect(channels(text ? [text] : [])).toEqual(['sms +15550100177']);
    expect(await recovery.findResetLink(tokenIn(text))).toBeDefined();
  });

  it('has one link that works: the newest, for half an hour', async () => {
    const older = await link();
    const newer = await link();
    expect(await recovery.findResetLink(older)).toBeUndefined();
    expect(await recovery.findResetLink('nonsense')).toBeUndefined();
    pass(29 * MINUTE);
    expect(await recovery.findResetLink(newer)).toBeDefined();
    pass(2 * MINUTE);
    expect(await recovery.resetPassword(newer, STRONG, '')).toEqual({ unmet: ['over'] });
  });

  it('is used by one of two at once', async () => {
    const token = await link();
    const results = await Promise.all([1, 2].map(() => recovery.resetPassword(token, STRONG, '')));
    expect(results.filter((each) => 'account' in each)).toHaveLength(1);
  });

  it('is neither asked for nor changed for an account that is closed', async () => {
    const token = await link();
    await kit.storage.updateAccount(kim.id, (each) => ({ ...each, disabled: true }));
    expect(await recovery.resetPassword(token, STRONG, '')).toEqual({ unmet: ['over'] });
    expect(await recovery.requestPasswordReset('kim', '')).toBe(true);
    expect(channels(await kit.sent())).toEqual(['none']);
  });

  it('a link that was made for nobody opens nothing', async () => {
    await recovery.requestPasswordReset('nobody', '');
    for (const { id } of await kit.storage.listArtifacts('PasswordReset'))
      expect(await recovery.resetPassword(id, STRONG, '')).toEqual({ unmet: ['over'] });
  });

  it('is mailed five times an hour for an account, by whatever name; twenty from an address', async () => {
    for (const login of ['kim', 'kim@example.org', 'KIM', 'kim', 'kim@example.org', 'kim', 'kim@example.org'])
      await recovery.requestPasswordReset(login, 'a');
    expect(channels(await kit.sent()).filter((each) => each.startsWith('email'))).toHaveLength(5);
    for (let i = 7; i < 20; i++) expect(await recovery.requestPasswordReset('x', 'a')).toBe(true);
    expect(await recovery.requestPasswordReset('x', 'a')).toBe(false);
    expect(await recovery.requestUsername('x@example.org', 'a')).toBe(false);
    expect(await recovery.requestPasswordReset('x', 'b')).toBe(true);
    pass(HOUR + MINUTE);
    await kit.sent();
    await recovery.requestPasswordReset('kim', 'a');
    expect(channels(await kit.sent())).toEqual(['email kim@example.org']);
  });
});

it('whoever asks for links without end keeps nobody from theirs: when the last one is over there is another', async () => {
  for (let i = 0; i < 9; i++) await recovery.requestPasswordReset('kim', 'a');
  const [last] = (await kit.sent()).filter((each) => channels([each])[0] !== 'none').slice(-1);
  expect(await recovery.findResetLink(tokenIn(last))).toBeDefined();
  pass(31 * MINUTE);
  expect(await recovery.findResetLink(tokenIn(last))).toBeUndefined();
  expect(await recovery.findResetLink(await link())).toBeDefined();
  await recovery.requestPasswordReset('kim', 'a');
  expect(channels(await kit.sent())).toEqual(['none']);
});

describe('a forgotten username', () => {
  it('is mailed to the address it belongs to, and is not told by the username itself', async () => {
    expect(await recovery.requestUsername(' KIM@example.org ', 'a')).toBe(true);
    const [mail] = await kit.sent();
    expect(channels(mail ? [mail] : [])).toEqual(['email kim@example.org']);
    expect(textOf(mail)).toContain('kim');
    for (const typed of ['kim', 'nobody@example.org']) {
      expect(await recovery.requestUsername(typed, 'a')).toBe(true);
      expect(channels(await kit.sent())).toEqual(['none']);
    }
    expect(await kit.events(3)).toEqual(['username asked', 'username asked', 'username asked']);
  });
});

describe('a changed password', () => {
  it('ends all sessions but the one it was changed in, and every reset link', async () => {
    const token = await link();
    await session('here');
    await session('there');
    expect(await recovery.changePassword(kim, 'short', { exceptUid: 'here' }, '')).toContain('length');
    expect(await sessions()).toEqual(['here', 'there']);
    expect(await recovery.changePassword(kim, STRONG, { exceptUid: 'here' }, '10.0.0.2')).toEqual([]);
    expect(await sessions()).toEqual(['here']);
    expect(await recovery.findResetLink(token)).toBeUndefined();
    expect((await kit.storage.listAudit({ limit: 1 }))[0]).toMatchObject({
      event: 'password changed',
      accountId: kim.id,
      address: '10.0.0.2',
    });
    expect(channels(await kit.sent())).toEqual(['email kim@example.org']);
  });

  it.each([
    ['username', { username: 'harbourmaster' }],
    ['name', { displayName: 'Jo Harbourmaster' }],
    ['mailbox', { email: 'harbourmaster@example.org' }],
  ])('is not the own %s', async (_, members) => {
    const account = await kit.account({ username: 'other', ...members });
    expect(await recovery.changePassword(account, 'Harbourmaster-1', {}, '')).toEqual(['common']);
  });
});
