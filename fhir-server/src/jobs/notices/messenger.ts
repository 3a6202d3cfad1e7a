/** Tells one person one thing, by the way they chose. */
import type { Logger } from 'pino';
import type { ResourceStore } from '../../store/store.ts';
import { type Contact, contactOf, provedContacts } from './contact.ts';
import type { Notice } from './notice.ts';
import { Refused, type Senders } from './senders.ts';
import { emailText, smsText } from './texts.ts';

export interface Messenger {
  /** How a patient wants to be reached; undefined: not at all, or there is no such patient. `at`: as it was in that version. */
  contact(patient: string, at?: number): Promise<Contact | undefined>;
  /** False when the message was refused for good. Rejects when it should be tried again. */
  send(notice: Notice, contact: Contact): Promise<boolean>;
}

export interface MessengerDependencies {
  readonly store: ResourceStore;
  readonly senders: Senders;
  readonly portalUrl: string;
  readonly log: Logger;
}

export function createMessenger({ store, senders, portalUrl, log }: MessengerDependencies): Messenger {
  return {
    async contact(patient, at) {
      const found =
        at === undefined
          ? await store.read('Patient', patient, { kind: 'all' })
          : await store.vread('Patient', patient, at, { kind: 'all' });
      if (found?.body === undefined) return undefined;
      const before = JSON.parse(found.body);
      return contactOf(at === undefined ? before : provedContacts(before), senders.sms !== undefined);
    },
    async send({ kind, key }, { to, language, channel }) {
      try {
        if (channel === 'email') await senders.email({ to, key, ...emailText(kind, language, portalUrl) });
        else await senders.sms?.({ to, key, subject: '', text: smsText(kind, language, portalUrl) });
        return true;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        // Neither address nor reason: both are somebody's.
        log.warn({ kind }, 'a notice was refused');
        return false;
      }
    },
  };
}
