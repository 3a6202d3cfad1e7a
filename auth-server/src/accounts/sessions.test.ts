import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, type Kit, MINUTE, openKit, pass } from '../../test/kit.ts';
import { findLaunchContext, saveLaunchContext } from '../launch/launch-context.ts';
import { artifact } from '../storage/storage.ts';
import { deviceWords } from '../words/device.ts';
import { readAs } from '../words/text.ts';
import {
  disconnectApp,
  disconnectAppEverywhere,
  findConsent,
  keepConsent,
  listConnectedApps,
  saveConsent,
} from './connected-apps.ts';
import { forgetDevices, hasKnownDevices, isKnownDevice, rememberDevice } from './known-device.ts';
import {
  deviceOf,
  endDevice,
  endSession,
  endSessions,
  isBegunSince,
  isEnded,
  isEndedFromList,
  isOfSignIn,
  listSessions,
  noteSession,
  signInMarks,
} from './sessions.ts';
import { revokeEverything, takeBack } from './taken-back.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await openKit();
});
afterEach(() => kit.close());

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
const from = (agent?: string) => ({ headers: { 'user-agent': agent } }) as unknown as IncomingMessage;

async function session(uid: string, accountId = 'kim', agent = FIREFOX, browser?: string): Promise<void> {
  await kit.storage.saveArtifact(artifact('Session', `s-${uid}`, {}, { accountId, uid }));
  await noteSession(kit.storage, { uid, accountId, request: from(agent), browser, now: kit.now() });
}
async function launch(grantId: string, members: object = {}): Promise<void> {
  const context = {
    grantId,
    accountId: 'kim',
    clientId: 'app',
    scope: 'openid patient/Patient.rs',
    at: kit.now(),
  };
  await saveLaunchContext(kit.storage, { ...context, ...members }, undefined);
  for (const model of ['Grant', 'AccessToken', 'RefreshToken', 'AuthorizationCode'])
    await kit.storage.saveArtifact(
      artifact(model, model === 'Grant' ? grantId : `${model}-${grantId}`, {}, { grantId, accountId: 'kim' }),
    );
}
const remembered = (accountId: string, clientId: string, patient: string | undefined) =>
  findConsent(kit.storage, { accountId, clientId, patient });
const isAlive = async (grantId: string): Promise<boolean> => {
  const found = await Promise.all([
    findLaunchContext(kit.storage, grantId),
    kit.storage.findArtifact('Grant', grantId),
    ...['AccessToken', 'RefreshToken', 'AuthorizationCode'].map((model) =>
      kit.storage.findArtifact(model, `${model}-${grantId}`),
    ),
  ]);
  const there = found.filter((each) => each !== undefined).length;
  expect([0, found.length]).toContain(there);
  return there > 0;
};

describe('sessions', () => {
  it('are listed as a person knows them, those that are alive, the one used last first', async () => {
    const start = kit.now();
    await session('one');
    pass(2 * MINUTE);
    await session('two', 'kim', SAFARI);
    await session('other', 'lee');
    await kit.storage.removeArtifact('Session', 's-gone');
    expect(await listSessions(kit.storage, 'kim')).toMatchObject([
      { uid: 'two', device: { browser: 'Safari', system: 'iOS' } },
      { uid: 'one', device: { browser: 'Firefox', system: 'Windows' }, firstSeen: expect.closeTo(start, -4) },
    ]);
    pass(2 * MINUTE);
    await noteSession(kit.storage, {
      uid: 'one',
      accountId: 'kim',
      request: from(SAFARI),
      browser: undefined,
      now: kit.now(),
    });
    const [first] = await listSessions(kit.storage, 'kim');
    expect(first).toMatchObject({ uid: 'one', device: { browser: 'Firefox', system: 'Windows' } });
    expect((first?.lastSeen ?? 0) - (first?.firstSeen ?? 0)).toBeGreaterThanOrEqual(4 * MINUTE);
    await kit.storage.removeArtifact('Session', 's-one');
    expect((await listSessions(kit.storage, 'kim')).map(({ uid }) => uid)).toEqual(['two']);
  });

  it('are noted once a minute, not at each request', async () => {
    await session('one');
    const [before] = await listSessions(kit.storage, 'kim');
    pass(MINUTE - 1000);
    await session('one');
    expect((await listSessions(kit.storage, 'kim'))[0]?.lastSeen).toBe(before?.lastSeen);
    pass(2000);
    await session('one');
    expect((await listSessions(kit.storage, 'kim'))[0]?.lastSeen).toBeGreaterThan(before?.lastSeen ?? 0);
  });

  it.each([
    [undefined, 'an unknown device', 'un dispositivo desconocido'],
    ['nonsense', 'an unknown device', 'un dispositivo desconocido'],
    ['Call 555-0100 or open evil.example now/1 x', 'an unknown device', 'un dispositivo desconocido'],
    [`${'x'.repeat(500)} ${FIREFOX}`, 'an unknown device', 'un dispositivo desconocido'],
    ['<b>not us</b>/1 (Windows NT 10.0) x', 'a browser on Windows', 'un navegador en Windows'],
    ['\u202esu ton/1 x', 'an unknown device', 'un dispositivo desconocido'],
    [`${FIREFOX}${'x'.repeat(1000)}`, 'Firefox on Windows', 'Firefox en Windows'],
  ])('of %s are on %s, in Spanish %s', (agent, english, inSpanish) => {
    const words = (language: 'en' | 'es') =>
      readAs({ language, path: '/' }, () => deviceWords(deviceOf(agent)));
    expect([words('en'), words('es')]).toEqual([english, inSpanish]);
  });

  it('end with what was given for as long as they last: not with lasting access of other makers’ apps', async () => {
    await session('here');
    await session('there');
    await launch('portal', { trusted: true, sessionUid: 'there', scope: 'openid offline_access' });
    await launch('online', { sessionUid: 'there' });
    await launch('lasting', { sessionUid: 'there', scope: 'openid offline_access' });
    await launch('elsewhere', { sessionUid: 'here' });
    await launch('somewhere', {});
    expect(await endSession(kit.storage, 'kim', 'there')).toBe(true);
    expect(await endSession(kit.storage, 'kim', 'there')).toBe(false);
    expect(await endSession(kit.storage, 'lee', 'here')).toBe(false);
    expect((await listSessions(kit.storage, 'kim')).map(({ uid }) => uid)).toEqual(['here']);
    const alive = await Promise.all(['portal', 'online', 'lasting', 'elsewhere', 'somewhere'].map(isAlive));
    expect(alive).toEqual([false, false, true, true, true]);
  });

  it('end all together, but for one where it is said', async () => {
    for (const uid of ['one', 'two']) {
      await session(uid);
      await launch(`of-${uid}`, { sessionUid: uid });
    }
    await launch('of-none');
    await endSessions(kit.storage, 'kim', 'one');
    expect((await listSessions(kit.storage, 'kim')).map(({ uid }) => uid)).toEqual(['one']);
    expect([await isAlive('of-one'), await isAlive('of-two'), await isAlive('of-none')]).toEqual([
      true,
      false,
      false,
    ]);
    await launch('of-none');
    await endSessions(kit.storage, 'kim');
    expect(await listSessions(kit.storage, 'kim')).toEqual([]);
    expect([await isAlive('of-one'), await isAlive('of-none')]).toEqual([false, false]);
    expect(await kit.storage.findArtifact('SignedIn', 'one')).toBeUndefined();
  });

  it('are known as ended for as long as a request may still write them, and no longer; their note goes at once', async () => {
    await session('one');
    expect(await isEnded(kit.storage, 'one')).toBe(false);
    await endSession(kit.storage, 'kim', 'one');
    expect(await kit.storage.findArtifact('SignedIn', 'one')).toBeUndefined();
    pass(24 * HOUR);
    expect(await isEnded(kit.storage, 'one')).toBe(true);
    pass(2 * HOUR);
    await kit.storage.removeExpired(kit.now());
    expect(await kit.storage.listArtifacts('SessionEnd')).toEqual([]);
  });

  it('that all end are counted, and which of these took the account back', async () => {
    const { id } = await kit.account({ username: 'kim' });
    const endings = async () => (await kit.storage.findAccount(id))?.endings;
    await endSessions(kit.storage, id);
    expect(await endings()).toEqual({ count: 2, takenBack: 0 });
    await takeBack(kit.storage, id, kit.now());
    expect(await endings()).toEqual({ count: 4, takenBack: 4 });
    await endSessions(kit.storage, id);
    expect(await endings()).toEqual({ count: 6, takenBack: 4 });
  });

  it('a sign-in that is under way comes to its end in an account that is there, open, and not signed out since', async () => {
    const open = await kit.account({ username: 'kim' });
    expect(isBegunSince(open, open)).toBe(true);
    expect(isBegunSince({ signOuts: 0 }, open)).toBe(true);
    expect(isBegunSince(open, { ...open, signOuts: 1 })).toBe(false);
    expect(isBegunSince({ signOuts: 1 }, open)).toBe(false);
    expect(isBegunSince({ signOuts: 1 }, { ...open, signOuts: 1 })).toBe(true);
    expect(isBegunSince(open, { ...open, disabled: true })).toBe(false);
    expect(isBegunSince(open, undefined)).toBe(false);
  });
});

describe('a device that is signed out from the list', () => {
  const marks = (uid: string) => signInMarks(kit.storage, uid);
  const ended = async ({ sign_in, device = '' }: { sign_in: string; device?: string }, of = 'kim') => [
    await isEndedFromList(kit.storage, of, sign_in),
    await isEndedFromList(kit.storage, of, device),
  ];

  it('is over with its browser, which is no longer known; the others are as they were', async () => {
    const cookies = [
      await rememberDevice(kit.storage, 'kim', kit.now()),
      await rememberDevice(kit.storage, 'kim', kit.now()),
    ];
    await session('own', 'kim', FIREFOX, cookies[0]);
    await session('strange', 'kim', FIREFOX, cookies[1]);
    await launch('portal', { trusted: true, sessionUid: 'strange' });
    const [own, strange] = [await marks('own'), await marks('strange')];
    expect(new Set([own.sign_in, own.device, strange.sign_in, strange.device]).size).toBe(4);
    await endDevice(kit.storage, 'kim', 'strange', 'own', kit.now());
    expect(await ended(strange)).toEqual([true, true]);
    expect(await ended(own)).toEqual([false, false]);
    expect(await isAlive('portal')).toBe(false);
    expect((await listSessions(kit.storage, 'kim')).map(({ uid }) => uid)).toEqual(['own']);
    expect(await isKnownDevice(kit.storage, 'kim', cookies[1])).toBe(false);
    expect(await isKnownDevice(kit.storage, 'kim', cookies[0])).toBe(true);
  });

  it('leaves the browser of whoever signs it out known, also where it carried their cookies away', async () => {
    const cookie = await rememberDevice(kit.storage, 'kim', kit.now());
    await session('own', 'kim', FIREFOX, cookie);
    await session('copied', 'kim', FIREFOX, cookie);
    const copied = await marks('copied');
    await endDevice(kit.storage, 'kim', 'copied', 'own', kit.now());
    expect(await ended(copied)).toEqual([true, false]);
    expect(await isKnownDevice(kit.storage, 'kim', cookie)).toBe(true);
  });

  it('goes on for whoever else signs in from the same browser, which stays known to them', async () => {
    const cookie = await rememberDevice(kit.storage, 'lee', kit.now());
    await session('theirs', 'lee', FIREFOX, cookie);
    await session('shared', 'kim', FIREFOX, cookie);
    const [theirs, shared] = [await marks('theirs'), await marks('shared')];
    expect(shared.device).toBe(theirs.device);
    await endDevice(kit.storage, 'kim', 'shared', undefined, kit.now());
    expect(await ended(shared)).toEqual([true, true]);
    expect(await ended(theirs, 'lee')).toEqual([false, false]);
    expect(await isKnownDevice(kit.storage, 'lee', cookie)).toBe(true);
  });

  it('is remembered until what it ended has long been swept up, and no longer', async () => {
    await session('strange', 'kim', FIREFOX, await rememberDevice(kit.storage, 'kim', kit.now()));
    const strange = await marks('strange');
    await endDevice(kit.storage, 'kim', 'strange', undefined, kit.now());
    pass(89 * DAY);
    expect(await ended(strange)).toEqual([true, true]);
    pass(2 * DAY);
    expect(await ended(strange)).toEqual([false, false]);
    await kit.storage.removeExpired(kit.now());
    expect(await kit.storage.listArtifacts('SignInEnded')).toEqual([]);
  });

  it('may keep no cookies, and is another person’s to sign out by nobody', async () => {
    await session('bare');
    expect(await marks('bare')).not.toHaveProperty('device');
    const bare = await marks('bare');
    await endDevice(kit.storage, 'lee', 'bare', undefined, kit.now());
    expect(await ended(bare)).toEqual([false, false]);
    expect(await listSessions(kit.storage, 'kim')).toHaveLength(1);
    await endDevice(kit.storage, 'kim', 'bare', undefined, kit.now());
    expect(await ended(bare)).toEqual([true, false]);
  });

  it('that keeps no cookies ends by its sign-in alone, also from a browser that does', async () => {
    await session('own', 'kim', FIREFOX, await rememberDevice(kit.storage, 'kim', kit.now()));
    await session('bare');
    await endDevice(kit.storage, 'kim', 'bare', 'own', kit.now());
    expect(await kit.storage.listArtifacts('SignInEnded')).toHaveLength(1);
    await endDevice(kit.storage, 'kim', 'never-noted', 'own', kit.now());
    expect(await kit.storage.listArtifacts('SignInEnded')).toHaveLength(1);
    expect((await listSessions(kit.storage, 'kim')).map(({ uid }) => uid)).toEqual(['own']);
  });

  it('is the one that a launch was made in, where the launch was made in any', async () => {
    const { sign_in } = await marks('here');
    for (const [grantId, sessionUid] of Object.entries({ here: 'here', there: 'there', nowhere: undefined }))
      await launch(grantId, { sessionUid });
    const isHere = async (grantId: string) => {
      const found = await findLaunchContext(kit.storage, grantId);
      return found && isOfSignIn(found, sign_in);
    };
    expect(await Promise.all(['here', 'there', 'nowhere'].map(isHere))).toEqual([true, false, false]);
  });

  it('is not what signs out by itself', async () => {
    await session('one', 'kim', FIREFOX, 'cookie');
    const own = await marks('one');
    await endSession(kit.storage, 'kim', 'one');
    expect(await ended(own)).toEqual([false, false]);
  });
});

describe('connected apps', () => {
  it('are other makers’, each once with all it may do, the one used last first', async () => {
    await launch('a1', { clientId: 'a', patient: 'x', scope: 'openid patient/Patient.rs', at: 1000 });
    await launch('a2', { clientId: 'a', patient: 'y', scope: 'openid patient/Condition.rs', at: 3000 });
    await launch('b1', { clientId: 'b', at: 2000 });
    await launch('own', { clientId: 'portal', trusted: true });
    expect(await listConnectedApps(kit.storage, 'kim')).toEqual([
      {
        clientId: 'a',
        scopes: ['openid', 'patient/Patient.rs', 'patient/Condition.rs'],
        patients: ['x', 'y'],
        since: 1000,
        lastUsedAt: 3000,
      },
      {
        clientId: 'b',
        scopes: ['openid', 'patient/Patient.rs'],
        patients: [],
        since: 2000,
        lastUsedAt: 2000,
      },
    ]);
  });

  it('that are disconnected lose their tokens at once, and what was allowed is forgotten', async () => {
    const consent = { accountId: 'kim', asked: ['a'], granted: ['b'], now: kit.now() };
    for (const clientId of ['a', 'b']) await saveConsent(kit.storage, { ...consent, clientId, patient: 'x' });
    await launch('a1', { clientId: 'a' });
    await launch('b1', { clientId: 'b' });
    await disconnectApp(kit.storage, 'kim', 'a');
    expect([await isAlive('a1'), await isAlive('b1')]).toEqual([false, true]);
    expect(await remembered('kim', 'a', 'x')).toBeUndefined();
    expect(await remembered('kim', 'b', 'x')).toMatchObject({ asked: ['a'], granted: ['b'] });
  });

  it('are allowed still what they were allowed before where they ask for less, for a year from the last use', async () => {
    const whose = { accountId: 'kim', clientId: 'a', patient: 'x' };
    const words = ['patient/Observation.rs', 'patient/Condition.rs'];
    await saveConsent(kit.storage, { ...whose, asked: words, granted: words, now: kit.now() });
    await saveConsent(kit.storage, { ...whose, asked: ['openid'], granted: ['openid'], now: kit.now() });
    const all = ['openid', ...words];
    expect(await remembered('kim', 'a', 'x')).toMatchObject({ asked: all, granted: all });
    pass(300 * DAY);
    await keepConsent(kit.storage, { ...whose, now: kit.now() });
    pass(300 * DAY);
    expect(await remembered('kim', 'a', 'x')).toMatchObject({ granted: all });
    pass(66 * DAY);
    // What is over comes back by nothing.
    await keepConsent(kit.storage, { ...whose, now: kit.now() });
    expect(await remembered('kim', 'a', 'x')).toBeUndefined();
    await saveConsent(kit.storage, { ...whose, asked: ['openid'], granted: ['openid'], now: kit.now() });
    expect(await remembered('kim', 'a', 'x')).toMatchObject({ asked: ['openid'], granted: ['openid'] });
    await disconnectApp(kit.storage, 'kim', 'a');
    await keepConsent(kit.storage, { ...whose, now: kit.now() });
    expect(await remembered('kim', 'a', 'x')).toBeUndefined();
  });

  it('keep what was allowed for each patient apart, for a year', async () => {
    const consent = { accountId: 'kim', clientId: 'a', asked: ['a'], granted: [], now: kit.now() };
    await saveConsent(kit.storage, { ...consent, patient: 'x' });
    await saveConsent(kit.storage, { ...consent, patient: undefined });
    expect(await remembered('kim', 'a', 'y')).toBeUndefined();
    expect(await remembered('lee', 'a', 'x')).toBeUndefined();
    expect(await remembered('kim', 'a', undefined)).toBeDefined();
    pass(364 * DAY);
    expect(await remembered('kim', 'a', 'x')).toBeDefined();
    pass(2 * DAY);
    expect(await remembered('kim', 'a', 'x')).toBeUndefined();
  });

  it('end with an account that is taken back, but for those of whoever says that they are theirs', async () => {
    await launch('lasting', { clientId: 'a', scope: 'openid offline_access' });
    await takeBack(kit.storage, 'kim', kit.now(), { keepsApps: true });
    expect(await isAlive('lasting')).toBe(true);
    await takeBack(kit.storage, 'kim', kit.now());
    expect(await isAlive('lasting')).toBe(false);
  });

  it('that an administrator disabled lose everybody’s tokens; an account that is closed loses all it gave', async () => {
    await launch('a1', { clientId: 'a' });
    await launch('a2', { clientId: 'a', accountId: 'lee' });
    await launch('b1', { clientId: 'b' });
    await disconnectAppEverywhere(kit.storage, 'a');
    expect(await Promise.all(['a1', 'a2', 'b1'].map(isAlive))).toEqual([false, false, true]);
    await session('one');
    for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant'])
      await kit.storage.saveArtifact(artifact(model, 'loose', {}, { accountId: 'kim' }));
    await saveConsent(kit.storage, {
      accountId: 'kim',
      clientId: 'b',
      patient: 'x',
      asked: [],
      granted: [],
      now: kit.now(),
    });
    await revokeEverything(kit.storage, 'kim', kit.now());
    expect(await isAlive('b1')).toBe(false);
    for (const model of ['Session', 'AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant', 'Consent'])
      expect(await kit.storage.listArtifacts(model, 'kim')).toEqual([]);
  });
});

describe('a browser that is known', () => {
  it('is known to its own account, for a year, until it is forgotten', async () => {
    expect(await hasKnownDevices(kit.storage, 'kim')).toBe(false);
    const cookie = await rememberDevice(kit.storage, 'kim', kit.now());
    expect(await hasKnownDevices(kit.storage, 'kim')).toBe(true);
    expect(await isKnownDevice(kit.storage, 'kim', cookie)).toBe(true);
    for (const [who, what] of [
      ['lee', cookie],
      ['kim', `${cookie}x`],
      ['kim', undefined],
    ] as const)
      expect(await isKnownDevice(kit.storage, who, what)).toBe(false);
    pass(364 * DAY);
    expect(await isKnownDevice(kit.storage, 'kim', cookie)).toBe(true);
    pass(2 * DAY);
    expect(await isKnownDevice(kit.storage, 'kim', cookie)).toBe(false);
    const other = await rememberDevice(kit.storage, 'kim', kit.now());
    await forgetDevices(kit.storage, 'kim');
    expect(await isKnownDevice(kit.storage, 'kim', other)).toBe(false);
  });
});
