/** Tells one person one thing, by the way they chose. */

import { PermanentFailure } from '@wellspring/serving/message-ways';
import type { Logger } from 'pino';
import { type Clinic, clinicOf, hoursOf } from '../../repository/notices/clinic-contact.ts';
import { emailText, smsText } from '../../repository/notices/notice-texts.ts';
import type { QueryNode } from '../../search/query.ts';
import type { ResourceStore } from '../../store/store.ts';
import { type Contact, contactOf, provedContacts } from './contact.ts';
import type { Notice } from './notice.ts';
import type { Senders } from './senders.ts';

/** By reference: what many contacts of one moment have in common is read once. */
export type Clinics = Map<string, Promise<Clinic | undefined>>;

export interface Messenger {
  /** How a patient wants to be reached; undefined: not at all, or there is no such patient. `at`: as it was in that version. */
  contact(patient: string, at?: number, clinics?: Clinics): Promise<Contact | undefined>;
  /** The same of whoever acts for a patient, with the clinic of that patient. */
  relatedContact(relatedPerson: string, patient: string): Promise<Contact | undefined>;
  /** False when the message was refused for good. Rejects when it should be tried again. */
  send(notice: Notice, contact: Contact): Promise<boolean>;
}

export interface MessengerDependencies {
  readonly store: ResourceStore;
  /** undefined: nobody is reached by mail or text message. */
  readonly senders: Senders | undefined;
  readonly portalUrl: string;
  readonly log: Logger;
}

export function createMessenger({ store, senders, portalUrl, log }: MessengerDependencies): Messenger {
  const storedJson = async (type: string, id: string) => {
    const body = (await store.read(type, id, { kind: 'all' }))?.body;
    return body === undefined ? undefined : JSON.parse(body);
  };

  const newest = async (type: string, where: QueryNode, count: number) => {
    const sort = [{ by: 'lastUpdated', descending: true }] as const;
    return (await store.search({ type, where, sort, count, total: 'none' })).matches;
  };

  async function readClinic(reference = ''): Promise<Clinic | undefined> {
    const id = /^Organization\/([A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1];
    const organization = id === undefined ? undefined : await storedJson('Organization', id);
    return organization && clinicOf(organization, await hoursOf(newest, `Organization/${id}`));
  }

  function clinicOnce(reference = '', clinics: Clinics): Promise<Clinic | undefined> {
    const clinic = clinics.get(reference) ?? readClinic(reference);
    clinics.set(reference, clinic);
    return clinic;
  }

  return {
    async relatedContact(relatedPerson, patient) {
      if (!senders) return undefined;
      const person = await storedJson('RelatedPerson', relatedPerson);
      const contact = person && contactOf(person, senders.sms !== undefined);
      if (!contact) return undefined;
      const organization = (await storedJson('Patient', patient))?.managingOrganization?.reference;
      return { ...contact, clinic: await readClinic(organization) };
    },
    async contact(patient, at, clinics = new Map()) {
      if (!senders) return undefined;
      const found =
        at === undefined
          ? await store.read('Patient', patient, { kind: 'all' })
          : await store.vread('Patient', patient, at, { kind: 'all' });
      if (found?.body === undefined) return undefined;
      const before = JSON.parse(found.body);
      const contact = contactOf(
        at === undefined ? before : provedContacts(before),
        senders.sms !== undefined,
      );
      if (!contact) return undefined;
      return { ...contact, clinic: await clinicOnce(before.managingOrganization?.reference, clinics) };
    },
    async send({ kind, key }, { to, language, channel, clinic }) {
      const said = { kind, language, portal: portalUrl, clinic };
      try {
        if (channel === 'email') await senders?.email({ to, key, ...emailText(said) });
        else await senders?.sms?.({ to, key, subject: '', text: smsText(said) });
        return true;
      } catch (error) {
        if (!(error instanceof PermanentFailure)) throw error;
        // Neither address nor reason: both are somebody's.
        log.warn({ kind }, 'a notice was refused');
        return false;
      }
    },
  };
}
