/**
 * Devices that are told of news by Web Push: where the browser's push service takes messages for it, and the keys that only the browser can open them with
 * (https://www.w3.org/TR/push-api/). Kept in the store's notes; a device belongs to one patient and to whoever turned it on.
 */
import { createHash } from 'node:crypto';
import type { KeptAccess } from '../access/standing.ts';
import type { ResourceStore } from '../store/store.ts';

export interface PushDevice {
  /** Names the device to its owner; opens nothing. */
  readonly id: string;
  readonly patient: string;
  readonly endpoint: string;
  /** Uncompressed point of P-256, and a secret of 16 octets; base64url. */
  readonly p256dh: string;
  readonly auth: string;
  readonly language: 'en' | 'es';
  /** Who turned it on, and what that rests on. */
  readonly by: string;
  readonly kept: KeptAccess;
  /** Milliseconds. */
  readonly made: number;
}

export interface PushDevices {
  /** In the place of the same device before. Of one person's at a patient the oldest end where there are too many. */
  keep(device: Omit<PushDevice, 'id' | 'made'>): Promise<PushDevice>;
  /** The newest first. */
  of(patient: string): Promise<PushDevice[]>;
  /** Of all patients, a part at a time. */
  each(): AsyncIterable<PushDevice>;
  end(device: Pick<PushDevice, 'patient' | 'id'>): Promise<void>;
}

const MOST_OF_ONE = 10;
const MOST = 200;

/** By which a browser knows itself among them. */
export const digestOf = (endpoint: string): string => createHash('sha256').update(endpoint).digest('hex');

export function createPushDevices(
  notes: Pick<ResourceStore, 'setNote' | 'notes'>,
  now: () => number,
): PushDevices {
  const prefix = (patient: string): string => `push/${patient}/`;
  const devices: PushDevices = {
    async keep(asked) {
      const { patient, by, endpoint } = asked;
      const id = createHash('sha256').update(`${by}\n${endpoint}`).digest('base64url').slice(0, 24);
      const device: PushDevice = { ...asked, id, made: now() };
      await notes.setNote(prefix(patient) + id, JSON.stringify(device));
      const own = (await devices.of(patient)).filter((each) => each.by === by);
      for (const surplus of own.slice(MOST_OF_ONE)) await devices.end(surplus);
      return device;
    },
    async of(patient) {
      const listed = await notes.notes(prefix(patient), `${prefix(patient)}\uffff`, MOST);
      return listed.map(({ value }) => JSON.parse(value) as PushDevice).toSorted((a, b) => b.made - a.made);
    },
    async *each() {
      for (let from = 'push/'; ; ) {
        const listed = await notes.notes(from, 'push/\uffff', MOST);
        for (const { value } of listed) yield JSON.parse(value) as PushDevice;
        const last = listed.at(-1);
        if (!last || listed.length < MOST) return;
        from = `${last.name}\u0001`;
      }
    },
    end: ({ patient, id }) => notes.setNote(prefix(patient) + id, undefined),
  };
  return devices;
}
