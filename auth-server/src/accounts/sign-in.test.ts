import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, MINUTE, openKit, pass, STRONG } from '../../test/kit.ts';
import { type Config, loadConfig } from '../config.ts';
import type { Account } from '../storage/storage.ts';
import { rememberDevice } from './known-device.ts';
import { type Passwords, TooBusy } from './password.ts';
import {
  createSignIn,
  isSlowedDown,
  type SignIn,
  secondFactorLimit,
  secondFactorNeed,
  unlock,
} from './sign-in.ts';

let kit: Kit;
let kim: Account;
let signIn: SignIn;
/** As quick as tests are many: right is what is equal to the hash. Hashing itself is tried in password.test.ts. */
let checked: [string, string | undefined][];
let busy: boolean;
const passwords: Passwords = {
  hash: async (password) => password,
  verify: async (password, hash) => {
    if (busy) throw new TooBusy();
    checked.push([password, hash]);
    return password === hash;
  },
};
beforeEach(async () => {
  kit = await openKit();
  kim = await kit.account({ username: 'kim', passwordHash: STRONG });
  signIn = createSignIn(kit.storage, passwords, kit.now);
  checked = [];
  busy = false;
});
afterEach(() => kit.close());

let addresses = 0;
const attempt = async (
  login: string,
  password = 'wrong',
  more: { address?: string; device?: string } = {},
) => {
  addresses += 1;
  const result = await signIn({ login, password, address: `10.0.0.${addresses}`, ...more });
  return 'account' in result ? 'in' : result.failure;
};
const times = async (count: number, login: string, more = {}): Promise<string[]> => {
  const results: string[] = [];
  for (let i = 0; i < count; i++) results.push(await attempt(login, 'wrong', more));
  return results;
};

describe('a sign-in', () => {
  it('takes the username or the e-mail, in any case', async () => {
    for (const login of ['kim', ' KIM ', 'Kim@Example.ORG']) {
      const result = await signIn({ login, password: STRONG, address: 'a' });
      expect(result).toMatchObject({ account: { id: kim.id } });
    }
    expect(await kit.events()).toEqual([]);
  });

  it('fails alike for a wrong password, an unknown name and a closed account, after the same work', async () => {
    await kit.account({ username: 'closed', passwordHash: STRONG, disabled: true });
    expect(await attempt('kim')).toBe('wrong');
    expect(await attempt('nobody')).toBe('wrong');
    expect(await attempt('closed', STRONG)).toBe('wrong');
    expect(checked.map(([, hash]) => hash)).toEqual([STRONG, undefined, STRONG]);
    const audit = await kit.storage.listAudit({ limit: 9 });
    expect(audit.map(({ event, accountId }) => [event, accountId])).toEqual([
      ['sign-in failed', 'id-closed'],
      ['sign-in failed', undefined],
      ['sign-in failed', kim.id],
    ]);
    expect(audit[0]?.address).toMatch(/^10\.0\.0\./);
  });
});

describe('guessing', () => {
  it('has ten tries an account in a quarter of an hour, by all its names together', async () => {
    expect(new Set([...(await times(5, 'kim')), ...(await times(5, 'kim@example.org'))])).toEqual(
      new Set(['wrong']),
    );
    for (const login of ['kim', 'kim@example.org', 'KIM'])
      expect(await attempt(login, STRONG)).toBe('throttled');
    expect(checked).toHaveLength(10);
    pass(15 * MINUTE + 1000);
    expect(await attempt('kim', STRONG)).toBe('in');
  });

  it('is said in the log once a minute, not at each try', async () => {
    await times(14, 'kim');
    expect((await kit.events(50)).filter((event) => event === 'sign-in throttled')).toHaveLength(1);
    pass(MINUTE + 1000);
    await times(2, 'kim');
    const audit = (await kit.storage.listAudit({ limit: 50 })).filter(
      ({ event }) => event === 'sign-in throttled',
    );
    expect(audit).toHaveLength(2);
    expect(audit[0]).toMatchObject({ accountId: kim.id, address: expect.stringMatching(/^10/) });
    // Nor does the flood at one account hide that at another.
    const lee = await kit.account({ username: 'lee' });
    await times(11, 'lee');
    expect(await kit.storage.listAudit({ limit: 1 })).toMatchObject([
      { event: 'sign-in throttled', accountId: lee.id },
    ]);
  });

  it('a right password begins the count anew', async () => {
    await times(9, 'kim');
    expect(await attempt('kim', STRONG)).toBe('in');
    expect(new Set(await times(10, 'kim'))).toEqual(new Set(['wrong']));
  });

  it('from one address has sixty tries; right ones are not counted', async () => {
    for (let i = 0; i < 70; i++) expect(await attempt('kim', STRONG, { address: 'office' })).toBe('in');
    for (let i = 0; i < 60; i++)
      expect(await attempt(`nobody-${i}`, 'x', { address: 'office' })).toBe('wrong');
    expect(await attempt('kim', STRONG, { address: 'office' })).toBe('throttled');
    expect(await attempt('kim', STRONG)).toBe('in');
  });

  it('by everybody together is stopped at three hundred a minute, but for browsers that are known', async () => {
    for (let i = 0; i < 300; i++) expect(await attempt(`nobody-${i}`)).toBe('wrong');
    expect(await attempt('kim', STRONG)).toBe('throttled');
    const device = await rememberDevice(kit.storage, kim.id, kit.now());
    expect(await attempt('kim', STRONG, { device })).toBe('in');
    pass(MINUTE + 1000);
    expect(await attempt('kim', STRONG)).toBe('in');
  });

  it('locks nobody out of the browser that they use; that has ten tries of its own', async () => {
    const device = await rememberDevice(kit.storage, kim.id, kit.now());
    await times(12, 'kim');
    expect(await attempt('kim', STRONG)).toBe('throttled');
    expect(await attempt('kim@example.org', STRONG, { device })).toBe('in');
    // Nor does the owner's sign-in give the guesser ten more.
    expect(await attempt('kim')).toBe('throttled');
    expect(
      new Set([...(await times(5, 'kim', { device })), ...(await times(5, 'kim@example.org', { device }))]),
    ).toEqual(new Set(['wrong']));
    expect(await attempt('kim', STRONG, { device })).toBe('throttled');
  });

  it('with another’s known browser is guessing like any other', async () => {
    const lee = await kit.account({ username: 'lee', passwordHash: STRONG });
    const device = await rememberDevice(kit.storage, lee.id, kit.now());
    await times(10, 'kim', { device });
    expect(await attempt('kim', STRONG, { device })).toBe('throttled');
    expect(await attempt('lee', STRONG, { device })).toBe('in');
  });

  it('at one known browser costs nobody else theirs; an unknown name is held up like any other', async () => {
    const lee = await kit.account({ username: 'lee', passwordHash: STRONG });
    const ofKim = await rememberDevice(kit.storage, kim.id, kit.now());
    const ofLee = await rememberDevice(kit.storage, lee.id, kit.now());
    await times(11, 'kim', { device: ofKim });
    expect(await attempt('lee', STRONG, { device: ofLee })).toBe('in');
    expect((await times(11, 'nobody')).at(-1)).toBe('throttled');
  });

  it('is not counted where the server was too busy to look', async () => {
    busy = true;
    for (let i = 0; i < 20; i++) expect(await attempt('kim', STRONG)).toBe('throttled');
    busy = false;
    expect(await attempt('kim', STRONG)).toBe('in');
  });

  it('many at once are as many as one after the other', async () => {
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, i) => attempt(i % 2 ? 'kim' : 'kim@example.org')),
    );
    expect(results.filter((each) => each === 'wrong')).toHaveLength(10);
  });

  it('another failure than that is not swallowed', async () => {
    const broken = createSignIn(
      kit.storage,
      { ...passwords, verify: () => Promise.reject(new Error('broken')) },
      kit.now,
    );
    await expect(broken({ login: 'kim', password: 'x', address: 'a' })).rejects.toThrow('broken');
  });

  it('is forgiven by the administrator, with the wrong second factors', async () => {
    await times(11, 'kim');
    const limit = secondFactorLimit(kit.storage, kit.now);
    for (let i = 0; i < 5; i++) expect(await limit.take(kim.id)).toBe(true);
    expect(await limit.take(kim.id)).toBe(false);
    await unlock(kit.storage, kim, kit.now);
    expect(await attempt('kim', STRONG)).toBe('in');
    expect(await limit.take(kim.id)).toBe(true);
  });

  it.each([
    ['passwords', 10, () => attempt('kim')],
    ['second factors', 5, () => secondFactorLimit(kit.storage, kit.now).take(kim.id)],
  ])('is told to the administrator once the next of the %s would be one too many', async (_, max, guess) => {
    for (let i = 0; i < max; i++) {
      expect(await isSlowedDown(kit.storage, kim, kit.now)).toBe(false);
      await guess();
    }
    expect(await isSlowedDown(kit.storage, kim, kit.now)).toBe(true);
    await unlock(kit.storage, kim, kit.now);
    expect(await isSlowedDown(kit.storage, kim, kit.now)).toBe(false);
  });
});

describe('a second factor', () => {
  const config = (REQUIRE_SECOND_FACTOR: string): Config => loadConfig({ REQUIRE_SECOND_FACTOR });
  const need = (level: string, members: Partial<Account>): string =>
    secondFactorNeed(config(level), { ...kim, ...members });

  it.each([
    ['none', [], []],
    ['administrators', ['administrator'], []],
    ['staff', ['administrator', 'practitioner'], []],
    ['everyone', ['administrator', 'practitioner', 'patient', 'proxy'], []],
  ])('by %s is asked of %j', (level, asked) => {
    for (const role of ['administrator', 'practitioner', 'patient', 'proxy'] as const)
      expect(need(level, { role })).toBe(asked.includes(role as never) ? 'set-up' : 'none');
  });

  it('is asked of who has one, and of whom an administrator wants it', () => {
    expect(need('none', { totp: { sealedSecret: 'x', lastStep: 0 } })).toBe('give');
    expect(
      need('everyone', { passkeys: [{ id: 'x', publicKey: '', counter: 0, name: '', createdAt: 0 }] }),
    ).toBe('give');
    expect(need('none', { passkeys: [] })).toBe('none');
    expect(need('none', { secondFactorRequired: true })).toBe('set-up');
  });
});
