/** Every promise of the port as a test, run on each adapter. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, Artifact, Storage } from '../storage.ts';

export interface Subject {
  readonly name: string;
  /** False for a test server whose findAndModify is not atomic (FerretDB v1): what needs it is announced as not run there. */
  readonly atomicUpdates?: boolean;
  /** A storage with nothing in it. `again` opens the same data a second time, as another process does. */
  open(): Promise<{ readonly storage: Storage; again(): Promise<Storage>; close(): Promise<void> }>;
}

const notAtomic = '!! not run here: updates of this server are not atomic';

const artifact = (id: string, more: Partial<Artifact> = {}): Artifact => ({
  model: 'AccessToken',
  id,
  payload: { 'a.b': 1, $set: 'x', nested: { list: [1, 'two', null] } },
  grantId: undefined,
  uid: undefined,
  accountId: undefined,
  consumedAt: undefined,
  expiresAt: undefined,
  ...more,
});

const account = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  username: id,
  email: `${id}@example.org`,
  displayName: 'Ana',
  passwordHash: '$argon2id$x',
  fhirUser: 'Patient/a',
  role: 'patient',
  patients: ['a'],
  ...more,
});

export function storageContract(subject: Subject): void {
  describe(`${subject.name} storage`, () => {
    let storage: Storage;
    let other: Storage;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const opened = await subject.open();
      ({ storage, close } = opened);
      other = await opened.again();
    });
    afterAll(async () => {
      await other.close();
      await close();
    });

    it('keeps an artifact as it is, whatever its members are named, for every process', async () => {
      const given = artifact('kept', { grantId: 'g', uid: 'u', accountId: 'acc' });
      await storage.saveArtifact(given);
      expect(await other.findArtifact('AccessToken', 'kept')).toEqual(given);
      expect(await other.findArtifactByUid('AccessToken', 'u')).toEqual(given);
      expect(await storage.findArtifact('RefreshToken', 'kept')).toBeUndefined();
      expect(await storage.findArtifactByUid('Session', 'u')).toBeUndefined();
    });

    it('replaces on save, and inserts only once', async () => {
      await storage.saveArtifact(artifact('twice'));
      await storage.saveArtifact(artifact('twice', { payload: { second: true } }));
      expect((await storage.findArtifact('AccessToken', 'twice'))?.payload).toEqual({ second: true });
      expect(await storage.insertArtifact(artifact('twice'))).toBe(false);
      expect(await storage.insertArtifact(artifact('once'))).toBe(true);
    });

    it('lets one of many consume', async ({ skip }) => {
      skip(subject.atomicUpdates === false, notAtomic);
      await storage.saveArtifact(artifact('code', { model: 'AuthorizationCode' }));
      const tries = Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? storage : other).consumeArtifact('AuthorizationCode', 'code', 1000 + i),
      );
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect((await storage.findArtifact('AuthorizationCode', 'code'))?.consumedAt).toBeGreaterThanOrEqual(
        1000,
      );
      expect(await storage.consumeArtifact('AuthorizationCode', 'nothing', 1)).toBe(false);
    });

    it('does not show what has expired, and removes it', async () => {
      await storage.saveArtifact(artifact('old', { expiresAt: Date.now() - 1 }));
      await storage.saveArtifact(artifact('young', { expiresAt: Date.now() + 60_000 }));
      expect(await storage.findArtifact('AccessToken', 'old')).toBeUndefined();
      await storage.removeExpired(Date.now());
      expect(await storage.insertArtifact(artifact('old'))).toBe(true);
      expect(await storage.findArtifact('AccessToken', 'young')).toBeDefined();
    });

    it('removes one artifact, or all of a grant', async () => {
      for (const id of ['1', '2'])
        await storage.saveArtifact(artifact(`of-grant-${id}`, { grantId: 'mine' }));
      await storage.saveArtifact(artifact('of-other', { grantId: 'theirs' }));
      await storage.removeArtifactsOfGrant('AccessToken', 'mine');
      expect(await storage.findArtifact('AccessToken', 'of-grant-1')).toBeUndefined();
      expect(await storage.findArtifact('AccessToken', 'of-grant-2')).toBeUndefined();
      expect(await storage.findArtifact('AccessToken', 'of-other')).toBeDefined();
      await storage.removeArtifact('AccessToken', 'of-other');
      expect(await storage.findArtifact('AccessToken', 'of-other')).toBeUndefined();
    });

    it('finds an account by id, username and e-mail, and keeps its id when it is saved again', async () => {
      await storage.saveAccount(account('maria'));
      expect(await other.findAccount('maria')).toEqual(account('maria'));
      expect(await other.findAccountByLogin('maria@example.org')).toEqual(account('maria'));
      await storage.saveAccount(account('new-id', { username: 'maria', email: 'm@example.org' }));
      expect(await storage.findAccountByLogin('maria')).toEqual(account('maria', { email: 'm@example.org' }));
      expect(await storage.findAccountByLogin('maria@example.org')).toBeUndefined();
      expect(await storage.findAccountByLogin('nobody')).toBeUndefined();
    });

    it('has one account for an e-mail', async () => {
      await storage.saveAccount(account('first', { email: 'same@example.org' }));
      await expect(storage.saveAccount(account('second', { email: 'same@example.org' }))).rejects.toThrow();
    });

    it('lists accounts by username', async () => {
      const names = (await storage.listAccounts()).map(({ username }) => username);
      expect(names).toEqual(names.toSorted());
      expect(names).toContain('maria');
    });

    it('keeps the launch context of a grant', async () => {
      const context = { grantId: 'g1', accountId: 'a', clientId: 'c', patient: 'p', scope: 'openid', at: 5 };
      await storage.saveLaunchContext(context);
      expect(await other.findLaunchContext('g1')).toEqual(context);
      await storage.saveLaunchContext({ ...context, grantId: 'g2', patient: undefined });
      expect((await storage.findLaunchContext('g2'))?.patient).toBeUndefined();
      expect(await storage.findLaunchContext('g3')).toBeUndefined();
    });

    it('counts every hit of many at once, and forgets after the window', async ({ skip }) => {
      skip(subject.atomicUpdates === false, notAtomic);
      const hit = (i: number) => (i % 2 ? storage : other).countHit('key', 1_000_000, 1000);
      const counts = await Promise.all(Array.from({ length: 12 }, (_, i) => hit(i)));
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
      expect(await storage.countHit('key', 1_000_999, 1000)).toBe(13);
      expect(await storage.countHit('key', 1_002_000, 1000)).toBe(1);
      await storage.clearHits('key');
      expect(await storage.countHit('key', 1_002_001, 1000)).toBe(1);
    });

    it('tells its audit log newest first', async () => {
      await storage.appendAudit({ at: 1, event: 'sign-in', accountId: 'maria' });
      await storage.appendAudit({ at: 2, event: 'sign-out', clientId: 'portal', detail: 'x' });
      const [last, before] = await storage.listAudit(2);
      expect([last?.event, before?.event]).toEqual(['sign-out', 'sign-in']);
      expect(before?.accountId).toBe('maria');
    });
  });
}
