/** Every promise of the port as a test, run on each adapter. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyAccount } from '../every-account.ts';
import { type Account, AddressTaken, type Artifact, artifact as make, type Storage } from '../storage.ts';

export interface Subject {
  readonly name: string;
  /** False for a test server whose findAndModify is not atomic (FerretDB v1): what needs it is announced as not run there. */
  readonly atomicUpdates?: boolean;
  /** A storage with nothing in it. `again` opens the same data a second time, as another process does. */
  open(): Promise<{ readonly storage: Storage; again(): Promise<Storage>; close(): Promise<void> }>;
}

const FAR = Date.UTC(2100, 0);

const notAtomic = '!! not run here: updates of this server are not atomic';

const artifact = (id: string, more: Partial<Artifact> = {}): Artifact => ({
  ...make('AccessToken', id, { 'a.b': 1, $set: 'x', nested: { list: [1, 'two', null] } }),
  ...more,
});

const account = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  username: id,
  email: `${id}@example.org`,
  displayName: 'Ana',
  passwordHash: '$argon2id$x',
  role: 'patient',
  persons: [`Patient/${id}`],
  createdAt: 1,
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

    it('changes an artifact as one step, however many processes do so at once', async ({ skip }) => {
      skip(subject.atomicUpdates === false, notAtomic);
      await storage.saveArtifact(artifact('changed', { payload: { count: 0 }, expiresAt: FAR }));
      await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (i % 2 ? storage : other).changeArtifact('AccessToken', 'changed', (before) => ({
            ...before,
            payload: { count: Number(before.payload.count) + 1 },
          })),
        ),
      );
      const left = await storage.changeArtifact('AccessToken', 'changed', () => undefined);
      expect([left?.payload, left?.expiresAt]).toEqual([{ count: 12 }, FAR]);
      expect(await storage.changeArtifact('AccessToken', 'nothing', (before) => before)).toBeUndefined();
      await storage.saveArtifact(artifact('over', { expiresAt: 1 }));
      expect(await storage.changeArtifact('AccessToken', 'over', (before) => before)).toBeUndefined();
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

    it('lets one of many insert', async () => {
      const tries = Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? storage : other).insertArtifact(
          artifact('jti', { model: 'ReplayDetection', expiresAt: FAR }),
        ),
      );
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    });

    it('lets one of many insert in the place of what has expired', async () => {
      const of = (expiresAt: number) => artifact('claim', { model: 'SignUpClaim', expiresAt });
      await storage.saveArtifact(of(Date.now() - 1));
      const tries = Array.from({ length: 20 }, (_, i) => (i % 2 ? storage : other).insertArtifact(of(FAR)));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await storage.findArtifact('SignUpClaim', 'claim')).toMatchObject({ expiresAt: FAR });
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

    it('removes for exactly one caller', async ({ skip }) => {
      skip(subject.atomicUpdates === false, notAtomic);
      await storage.saveArtifact(artifact('link', { model: 'PasswordReset' }));
      const tries = Array.from({ length: 12 }, (_, i) =>
        (i % 2 ? storage : other).removeArtifact('PasswordReset', 'link'),
      );
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      await storage.saveArtifact(artifact('late', { expiresAt: Date.now() - 1 }));
      expect(await storage.removeArtifact('AccessToken', 'late')).toBe(false);
    });

    it('gives a lease again only when its holder has had it too long', async ({ skip }) => {
      skip(subject.atomicUpdates === false, notAtomic);
      await storage.saveArtifact(artifact('mail', { model: 'Message' }));
      expect(await storage.consumeArtifact('Message', 'mail', 1000, 0)).toBe(true);
      expect(await other.consumeArtifact('Message', 'mail', 2000, 999)).toBe(false);
      expect(await other.consumeArtifact('Message', 'mail', 3000, 1000)).toBe(true);
      expect(await storage.consumeArtifact('Message', 'mail', 3001, 2999)).toBe(false);
    });

    it('lists what has not expired, of one account or of all', async () => {
      await storage.saveArtifact(artifact('d1', { model: 'Device', accountId: 'ana' }));
      await storage.saveArtifact(artifact('d2', { model: 'Device', accountId: 'ben' }));
      await storage.saveArtifact(
        artifact('d3', { model: 'Device', accountId: 'ana', expiresAt: Date.now() - 1 }),
      );
      const ids = async (accountId?: string) =>
        (await other.listArtifacts('Device', accountId)).map(({ id }) => id);
      expect(await ids('ana')).toEqual(['d1']);
      expect(await ids()).toEqual(['d1', 'd2']);
      await storage.removeArtifactsOfAccount('Device', 'ana');
      expect(await ids()).toEqual(['d2']);
    });

    it('finds an account by id, username and e-mail', async () => {
      expect(await storage.insertAccount(account('maria'))).toBe(true);
      expect(await other.findAccount('maria')).toEqual(account('maria'));
      expect(await other.findAccountByLogin('maria@example.org')).toEqual(account('maria'));
      expect(await storage.findAccountByLogin('nobody')).toBeUndefined();
    });

    it('has one account for a username and for an e-mail', async () => {
      await storage.insertAccount(account('first', { email: 'same@example.org' }));
      expect(await storage.insertAccount(account('second', { email: 'same@example.org' }))).toBe(false);
      expect(await storage.insertAccount(account('third', { username: 'first' }))).toBe(false);
      await storage.insertAccount(account('fourth'));
      await expect(
        storage.updateAccount('fourth', (before) => ({ ...before, email: 'same@example.org' })),
      ).rejects.toThrow(subject.atomicUpdates === false ? Error : AddressTaken);
      expect((await storage.findAccount('fourth'))?.email).toBe('fourth@example.org');
    });

    it('changes an account for each of many at once, and loses no change', async ({ skip }) => {
      skip(subject.atomicUpdates === false, notAtomic);
      await storage.insertAccount(account('shared', { recoveryCodes: [] }));
      await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (i % 2 ? storage : other).updateAccount('shared', (before) => ({
            ...before,
            recoveryCodes: [...(before.recoveryCodes ?? []), String(i)],
          })),
        ),
      );
      expect((await storage.findAccount('shared'))?.recoveryCodes).toHaveLength(12);
      expect(await storage.updateAccount('shared', () => undefined)).toMatchObject({ id: 'shared' });
      expect(await storage.updateAccount('nobody', (before) => before)).toBeUndefined();
    });

    it('lists accounts by username, page by page, or those of one person', async () => {
      const names = (await storage.listAccounts()).map(({ username }) => username);
      expect(names).toEqual(names.toSorted());
      expect(names).toContain('maria');
      const paged: string[] = [];
      for await (const { username } of everyAccount(storage, 2)) paged.push(username);
      expect(paged).toEqual(names);
      const own = async (person: string) => (await storage.listAccounts({ person })).map(({ id }) => id);
      expect(await storage.listAccounts({ person: 'Patient/maria', after: 'maria' })).toEqual([]);
      expect(await own('Patient/maria')).toEqual(['maria']);
      await storage.updateAccount('maria', (before) => ({ ...before, persons: ['RelatedPerson/m'] }));
      expect([await own('Patient/maria'), await own('RelatedPerson/m')]).toEqual([[], ['maria']]);
    });

    it('counts every hit of many at once, and begins anew after the window, however many hits there were in it', async ({
      skip,
    }) => {
      skip(subject.atomicUpdates === false, notAtomic);
      const hit = (i: number) => (i % 2 ? storage : other).countHit('key', 1_000_000, 1000);
      const counts = await Promise.all(Array.from({ length: 12 }, (_, i) => hit(i)));
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
      expect(await storage.countHit('key', 1_000_999, 1000)).toBe(13);
      expect(await storage.countHit('key', 1_000_999, 1000, -1)).toBe(12);
      expect(await storage.countHit('key', 1_002_000, 1000)).toBe(1);
      await storage.clearHits('key');
      expect(await storage.countHit('key', 1_002_001, 1000)).toBe(1);
    });

    it('keeps its audit log as a chain, whole also when two processes write to it at once', async () => {
      await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (i % 2 ? storage : other).appendAudit({
            at: 0,
            event: `chained ${i}`,
            detail: i % 3 ? undefined : 'x',
          }),
        ),
      );
      const heads = storage.auditHeads();
      expect(heads[0]?.n).toBeGreaterThanOrEqual(6);
      const { batches, faults } = await other.verifyAudit(heads);
      expect(faults).toEqual([]);
      expect(batches).toBeGreaterThanOrEqual(12);
      expect((await other.verifyAudit([{ stream: 'gone', n: 3, hash: 'x' }])).faults).toEqual([
        { stream: 'gone', batch: 3, fault: 'cut off' },
      ]);
    });

    it('tells its audit log newest first', async () => {
      await storage.appendAudit({ at: 1, event: 'sign-in', accountId: 'maria', address: '::1' });
      await storage.appendAudit({ at: 2, event: 'sign-out', clientId: 'portal', detail: 'x' });
      const [last, before] = await storage.listAudit({ limit: 2 });
      expect([last?.event, before?.event]).toEqual(['sign-out', 'sign-in']);
      expect(before).toMatchObject({ accountId: 'maria', address: '::1' });
      expect(await storage.listAudit({ accountId: 'maria', limit: 9 })).toHaveLength(1);
    });
  });
}
