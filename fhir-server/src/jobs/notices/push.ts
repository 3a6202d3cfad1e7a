/**
 * News by Web Push (RFC 8030, sealed for the browser by RFC 8291, signed by RFC 8292): that there is something, never what. A device is told of what its owner may read
 * at that moment, and of nothing else. Beside the notices, never in their way: a push service that is slow or away costs its own message, and no other.
 */
import { createECDH } from 'node:crypto';
import { encrypt } from 'http_ece';
import { SignJWT } from 'jose/jwt/sign';
import type { Logger } from 'pino';
import { readCondition } from '../../access/read-condition.ts';
import type { Reopen } from '../../access/standing.ts';
import type { PushDevice, PushDevices } from '../../links/push-devices.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { Caller } from '../subscriptions/call.ts';
import type { Notice } from './notice.ts';
import type { PushKey } from './push-key.ts';

export interface Push {
  /** Returns at once. */
  tell(notice: Notice): void;
  /** Ends the devices whose ground has ended, also those that there is no news for. What can't be said now is asked the next time. */
  sweep(): Promise<void>;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

export interface PushDependencies {
  readonly store: Pick<ResourceStore, 'read'>;
  readonly devices: PushDevices;
  readonly key: PushKey;
  readonly reopen: Reopen;
  readonly caller: Caller;
  /** Whom a push service may write to: mailto: or https. */
  readonly contact: string;
  readonly now: () => number;
  readonly log: Logger;
}

const TTL_SECONDS = 86_400;
const SIGNED_SECONDS = 43_200;
const TIMEOUT_MS = 5000;
/** Notices that are being sent at once; more are not: who has slow devices must not fill the memory. */
const MOST_AT_ONCE = 100;
/** RFC 8030, 7.3: the subscription is over. */
const GONE: ReadonlySet<number | undefined> = new Set([404, 410]);

const WORDS = {
  en: ['There is something new in your record.', 'There is something new in a record that you look after.'],
  es: ['Hay algo nuevo en su expediente.', 'Hay algo nuevo en un expediente del que usted se ocupa.'],
} as const;

export function createPush(dependencies: PushDependencies): Push {
  const { store, devices, key, reopen, caller, contact, now, log } = dependencies;
  const underWay = new Set<Promise<void>>();
  let closing = false;

  async function tellAll({ patient, about }: Notice): Promise<void> {
    if (!about) return;
    const all = await devices.of(patient);
    await Promise.all(all.map((device) => tellOne(device, about)));
  }

  async function tellOne(device: PushDevice, about: NonNullable<Notice['about']>): Promise<void> {
    const access = await reopen(device.kept);
    if (!access) return devices.end(device);
    const condition = readCondition(access, about.type, 'r');
    if (!condition || !(await store.read(about.type, about.id, condition))) return;
    const outcome = await caller.call(await messageTo(device));
    if (outcome.kind === 'taken') return;
    if (GONE.has(outcome.status)) await devices.end(device);
    else log.warn({ fault: outcome.fault }, 'a push service did not take a message');
  }

  async function messageTo({ endpoint, p256dh, auth, by, patient, language }: PushDevice) {
    const text = WORDS[language][by === `Patient/${patient}` ? 0 : 1];
    const own = createECDH('prime256v1');
    own.generateKeys();
    const sealed = encrypt(Buffer.from(JSON.stringify({ text })), {
      version: 'aes128gcm',
      privateKey: own,
      dh: p256dh,
      authSecret: auth,
    });
    const seconds = Math.floor(now() / 1000);
    const token = await new SignJWT({ sub: contact })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .setAudience(new URL(endpoint).origin)
      .setExpirationTime(seconds + SIGNED_SECONDS)
      .sign(key.privateKey);
    const headers = {
      Authorization: `vapid t=${token}, k=${key.publicKey}`,
      'Content-Encoding': 'aes128gcm',
      'Content-Type': 'application/octet-stream',
      TTL: String(TTL_SECONDS),
      // Of what waits for a device that is off, the last is enough.
      Topic: 'news',
    };
    return { method: 'POST', url: endpoint, headers, body: sealed, timeoutMs: TIMEOUT_MS } as const;
  }

  return {
    tell(notice) {
      if (underWay.size >= MOST_AT_ONCE) {
        log.warn('too much is being sent by Web Push: a message is left out');
        return;
      }
      const telling = tellAll(notice)
        .catch((error: unknown) => log.warn({ failure: (error as Error).message }, 'Web Push failed'))
        .finally(() => underWay.delete(telling));
      underWay.add(telling);
    },
    async sweep() {
      let unknown = 0;
      for await (const device of devices.each()) {
        if (closing) return;
        const hasEnded = await reopen(device.kept).then(
          (access) => access === undefined,
          () => {
            unknown += 1;
            return false;
          },
        );
        if (hasEnded) await devices.end(device);
      }
      if (unknown > 0) log.warn({ devices: unknown }, 'it can not be said whether devices still stand');
    },
    async close() {
      closing = true;
      await Promise.all(underWay);
      caller.close();
    },
  };
}
