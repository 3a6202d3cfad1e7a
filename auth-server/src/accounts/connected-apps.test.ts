/** Apps that a person has connected (decision 44 says which end when an account is taken back). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, type Kit, MINUTE, openKit, pass } from '../../test/kit.ts';
import {
  findLaunchContext,
  type LaunchContext,
  noteUse,
  saveLaunchContext,
} from '../launch/launch-context.ts';
import {
  disconnectApp,
  disconnectAppEverywhere,
  disconnectLasting,
  findConsent,
  hasLastingApps,
  listConnectedApps,
  listEndedApps,
  saveConsent,
} from './connected-apps.ts';

let kit: Kit;
beforeEach(async () => {
  kit = await openKit();
});
afterEach(() => kit.close());

const save = (grantId: string, members: Partial<LaunchContext> = {}) =>
  saveLaunchContext(
    kit.storage,
    { grantId, accountId: 'kim', clientId: 'app', scope: 'openid', at: 1000, ...members },
    undefined,
  );
const isThere = async (grantId: string): Promise<boolean> =>
  (await findLaunchContext(kit.storage, grantId)) !== undefined;

describe('what was allowed', () => {
  const allowed = (accountId: string, clientId: string, patient: string | undefined) =>
    findConsent(kit.storage, { accountId, clientId, patient });

  const allow = (patient: string | undefined, granted: readonly string[]) =>
    saveConsent(kit.storage, {
      accountId: 'kim',
      clientId: 'app',
      patient,
      asked: ['a', 'b'],
      granted,
      now: kit.now(),
    });

  it('is kept for each patient apart, and for a launch without one, for a year', async () => {
    await allow('kim', ['a']);
    await allow('child', ['b']);
    await allow(undefined, []);
    expect(await allowed('kim', 'app', 'kim')).toMatchObject({
      asked: ['a', 'b'],
      granted: ['a'],
    });
    expect(await allowed('kim', 'app', 'child')).toMatchObject({ granted: ['b'] });
    expect(await allowed('kim', 'app', undefined)).toMatchObject({ granted: [] });
    expect(await allowed('kim', 'other', 'kim')).toBeUndefined();
    expect(await allowed('lee', 'app', 'kim')).toBeUndefined();
    pass(364 * DAY);
    expect(await allowed('kim', 'app', 'kim')).toBeDefined();
    pass(2 * DAY);
    expect(await allowed('kim', 'app', 'kim')).toBeUndefined();
  });

  it('is forgotten with the app that is disconnected, and that of no other', async () => {
    await allow('kim', ['a']);
    await save('one');
    await save('of-another', { clientId: 'other' });
    await save('of-lee', { accountId: 'lee' });
    await disconnectApp(kit.storage, 'kim', 'other');
    expect(await allowed('kim', 'app', 'kim')).toBeDefined();
    await disconnectApp(kit.storage, 'kim', 'app');
    expect(await allowed('kim', 'app', 'kim')).toBeUndefined();
    expect([await isThere('one'), await isThere('of-another'), await isThere('of-lee')]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('connected apps', () => {
  it('are listed with all that any of their launches may do, the one used last first, without the clinic’s own', async () => {
    await save('one', { scope: 'openid a', patient: 'kim', at: 3000 });
    await save('two', { scope: 'openid b', patient: 'child', at: 2000 });
    await save('three', { clientId: 'late', at: 9000 });
    await save('own', { clientId: 'portal', trusted: true, at: 9999 });
    await save('of-lee', { accountId: 'lee', clientId: 'hers' });
    const [late, app, ...others] = await listConnectedApps(kit.storage, 'kim');
    expect(others).toEqual([]);
    expect(late).toEqual({
      clientId: 'late',
      scopes: ['openid'],
      patients: [],
      since: 9000,
      lastUsedAt: 9000,
    });
    expect(app).toMatchObject({ clientId: 'app', since: 2000, lastUsedAt: 3000 });
    expect(app?.scopes.toSorted()).toEqual(['a', 'b', 'openid']);
    expect(app?.patients.toSorted()).toEqual(['child', 'kim']);
    const at = kit.now();
    await noteUse(kit.storage, 'two', 'kim', at);
    const used = await listConnectedApps(kit.storage, 'kim');
    expect(used.map(({ clientId, lastUsedAt }) => [clientId, lastUsedAt])).toEqual([
      ['app', at],
      ['late', 9000],
    ]);
  });

  it('of all people end when an administrator has disabled the app', async () => {
    await save('one');
    await save('of-lee', { accountId: 'lee' });
    await save('of-another', { clientId: 'other' });
    await disconnectAppEverywhere(kit.storage, 'app');
    expect([await isThere('one'), await isThere('of-lee'), await isThere('of-another')]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('apps that go on without the person', () => {
  const lasting = { scope: 'openid offline_access' };

  it('are others’ apps with offline access, one of several being enough', async () => {
    await save('short');
    await save('own', { ...lasting, clientId: 'portal', trusted: true });
    expect(await hasLastingApps(kit.storage, 'kim')).toBe(false);
    await save('long', { ...lasting, clientId: 'long' });
    expect(await hasLastingApps(kit.storage, 'kim')).toBe(true);
    expect(await hasLastingApps(kit.storage, 'lee')).toBe(false);
  });

  it('end when the account is taken back, are told in the log, and stand in a list for ninety days, the last first', async () => {
    const first = kit.now();
    await save('one', { ...lasting, clientId: 'first', at: 5000 });
    await save('two', { ...lasting, clientId: 'first', at: 4000 });
    await save('short', { clientId: 'stays' });
    await disconnectLasting(kit.storage, 'kim', first);
    expect([await isThere('one'), await isThere('two'), await isThere('short')]).toEqual([
      false,
      false,
      true,
    ]);
    pass(MINUTE);
    await save('three', { ...lasting, clientId: 'second' });
    await disconnectLasting(kit.storage, 'kim', kit.now());
    expect(await listEndedApps(kit.storage, 'kim')).toEqual([
      { clientId: 'second', since: 1000, endedAt: kit.now() },
      { clientId: 'first', since: 4000, endedAt: first },
    ]);
    expect(await listEndedApps(kit.storage, 'lee')).toEqual([]);
    const told = await kit.storage.listAudit({ limit: 9 });
    expect(told.map(({ event, accountId, clientId }) => [event, accountId, clientId])).toEqual([
      ['app disconnected', 'kim', 'second'],
      ['app disconnected', 'kim', 'first'],
    ]);
    pass(89 * DAY);
    expect(await listEndedApps(kit.storage, 'kim')).toHaveLength(2);
    pass(2 * DAY);
    expect(await listEndedApps(kit.storage, 'kim')).toEqual([]);
  });

  it('stand there no more when they were let in again', async () => {
    await save('one', { ...lasting, clientId: 'again' });
    await disconnectLasting(kit.storage, 'kim', kit.now());
    expect(await listEndedApps(kit.storage, 'kim')).toHaveLength(1);
    await save('two', { ...lasting, clientId: 'again' });
    expect(await listEndedApps(kit.storage, 'kim')).toEqual([]);
  });
});
