import { createECDH } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import type { KeptAccess } from '../../access/standing.ts';
import { createPushDevices } from '../../links/push-devices.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createCaller } from '../subscriptions/call.ts';
import { createPush } from './push.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  store = opened.store;
});

describe('a device whose ground has ended', () => {
  it('is forgotten also where there is no news for it: of all patients, and only where it can be said', async () => {
    const devices = createPushDevices(store, Date.now);
    const own = createECDH('prime256v1');
    const keys = { p256dh: own.generateKeys('base64url'), auth: 'AAAAAAAAAAAAAAAAAAAAAA' };
    const turnOn = (patient: string, subject: string) =>
      devices.keep({
        patient,
        endpoint: `https://push.example/${patient}-${subject}`,
        ...keys,
        language: 'en',
        by: `Patient/${patient}`,
        kept: { subject, clientId: 'portal', scopes: [] } as unknown as KeptAccess,
      });
    const patients = Array.from({ length: 250 }, (_, i) => `p-${i}`);
    for (const patient of patients)
      for (const subject of ['stands', 'ended', 'unknown']) await turnOn(patient, subject);
    const push = createPush({
      store,
      devices,
      key: { publicKey: '', privateKey: undefined as never },
      reopen: async ({ subject }) => {
        if (subject === 'unknown') throw new Error('the authorization server is away');
        return subject === 'stands' ? ({ scopes: [] } as never) : undefined;
      },
      caller: createCaller({ demandsHttps: true, allowed: [] }),
      contact: 'mailto:clinic@example.com',
      now: Date.now,
      log: pino({ level: 'silent' }),
    });
    await push.sweep();
    for (const patient of patients)
      expect((await devices.of(patient)).map(({ kept }) => kept.subject).toSorted()).toEqual([
        'stands',
        'unknown',
      ]);
    await push.close();
  });
});
