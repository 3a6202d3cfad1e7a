/** The parts behind the pages, in this process and without a server: real storage, real hashing, real sealing; what is sent is read from the outbox. */
import { argon2Sync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createPasswords } from '../src/accounts/password.ts';
import { createVerification } from '../src/accounts/verification.ts';
import { type Config, loadConfig } from '../src/config.ts';
import { createSeal } from '../src/crypto/seal.ts';
import type { WritingFhirApi } from '../src/fhir/fhir-api.ts';
import { createPeople } from '../src/fhir/people.ts';
import type { Message } from '../src/messages/message.ts';
import { createOutbox, MESSAGE_MODEL } from '../src/messages/outbox.ts';
import { openSqliteStorage } from '../src/storage/sqlite/sqlite-storage.ts';
import type { Account } from '../src/storage/storage.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Resource = Readonly<Record<string, unknown>> & {
  readonly resourceType: string;
  readonly id: string;
};

/** What the FHIR server would say of these resources: read by id, search by patient or birth date. */
export function fhirOf(resources: Resource[], tooYoung: ReadonlySet<string> = new Set()): WritingFhirApi {
  return {
    async read<T>(reference: string) {
      return resources.find(({ resourceType, id }) => `${resourceType}/${id}` === reference) as T | undefined;
    },
    async search<T>(type: string, parameters: Readonly<Record<string, string>>) {
      const isMatch = (each: Resource): boolean =>
        each.resourceType === type &&
        (parameters.birthdate === undefined || each.birthDate === parameters.birthdate) &&
        ['patient', 'practitioner'].every(
          (name) =>
            parameters[name] === undefined ||
            (each[name] as { reference?: string } | undefined)?.reference === parameters[name],
        ) &&
        (parameters._id === undefined || parameters._id.split(',').includes(each.id));
      return resources.filter(isMatch) as unknown as readonly T[];
    },
    ageRules: async (reference) => ({ ended: false, ownAccount: !tooYoung.has(reference) }),
    async write(written) {
      for (const each of written) {
        const at = resources.findIndex(
          ({ resourceType, id }) => resourceType === each.resourceType && id === each.id,
        );
        resources.splice(at < 0 ? resources.length : at, at < 0 ? 0 : 1, each as unknown as Resource);
      }
    },
  };
}

/** As an earlier setting would have stored it: looked at in a moment, where the clinic's takes longer than all the rest of a test. */
export function storedPassword(password: string): string {
  const nonce = Buffer.alloc(8, 5);
  const settings = { memory: 8, passes: 1, parallelism: 1, tagLength: 24 };
  const tag = argon2Sync('argon2id', { message: password.normalize('NFKC'), nonce, ...settings });
  const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=8,t=1,p=1$${unpadded(nonce)}$${unpadded(tag)}`;
}

export async function openKit(env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-kit-'));
  const config: Config = loadConfig({ DATA_DIR: folder, ...env });
  const storage = await openSqliteStorage(join(folder, 'auth.sqlite'));
  const seal = createSeal(Buffer.alloc(32, 7).toString('base64url'));
  const now = (): number => Date.now();
  const outbox = createOutbox(storage, seal, now);
  const resources: Resource[] = [];
  const tooYoung = new Set<string>();
  let made = 0;
  return {
    config,
    storage,
    seal,
    now,
    outbox,
    resources,
    /** `Patient/…` without an account before an age. */
    tooYoung,
    passwords: createPasswords(2),
    people: createPeople(fhirOf(resources, tooYoung), now),
    verification: createVerification({ config, storage, seal, outbox, now }),
    /** What waits to be sent, the oldest first; they are taken out. */
    async sent(): Promise<Message[]> {
      const waiting = await storage.listArtifacts(MESSAGE_MODEL);
      for (const { id } of waiting) await storage.removeArtifact(MESSAGE_MODEL, id);
      return waiting
        .toSorted((a, b) => Number(a.payload.nextAt) - Number(b.payload.nextAt))
        .map(({ payload }) => JSON.parse(seal.unseal(String(payload.sealed))) as Message);
    },
    async events(limit = 20): Promise<string[]> {
      return (await storage.listAudit({ limit })).map(({ event }) => event);
    },
    async account(members: Partial<Account> = {}, password?: string): Promise<Account> {
      made += 1;
      const username = members.username ?? `user${made}`;
      const account: Account = {
        id: `id-${username}`,
        username,
        email: `${username}@example.org`,
        displayName: 'Kim Lind',
        passwordHash: password === undefined ? 'none' : storedPassword(password),
        role: 'patient',
        persons: [],
        createdAt: 0,
        ...members,
      };
      await storage.insertAccount(account);
      return account;
    },
    async close(): Promise<void> {
      vi.useRealTimers();
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Kit = Awaited<ReturnType<typeof openKit>>;

/** The clock of everything goes on by this much. */
export function pass(milliseconds: number): void {
  const at = Date.now() + milliseconds;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(at);
}

export const STRONG = 'Violet-Harbour-47';
export const textOf = (message: Message | undefined): string =>
  message === undefined || message.channel === 'none' ? '' : message.text;
export const codeIn = (message: Message | undefined): string => /\b\d{6}\b/.exec(textOf(message))?.[0] ?? '';
export const tokenIn = (message: Message | undefined): string =>
  /token=([\w-]+)/.exec(textOf(message))?.[1] ?? '';
export const channels = (messages: readonly Message[]): string[] =>
  messages.map((each) => (each.channel === 'none' ? 'none' : `${each.channel} ${each.to}`));
