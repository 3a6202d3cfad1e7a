/** How a patient wants to be reached: the contact of rank 1 in their own resource, else their e-mail; in the language they prefer, at the hours they chose. */
import { isMarked } from '../../access/contact-marks.ts';
import { type Addressee, languageOf, whyNotWrittenTo } from '../../repository/notices/addressee.ts';
import type { Clinic } from '../../repository/notices/clinic-contact.ts';
import type { Language } from '../../repository/notices/notice-texts.ts';
import { type Extension, type Preferences, preferencesOf } from './preferences.ts';

export interface Contact {
  readonly channel: 'email' | 'sms';
  readonly to: string;
  readonly language: Language;
  readonly preferences: Preferences;
  /** Whose patient it is, and how that clinic is reached. */
  readonly clinic?: Clinic | undefined;
}

interface Patient extends Addressee {
  readonly telecom?: readonly {
    readonly system?: string;
    readonly value?: string;
    readonly use?: string;
    readonly rank?: number;
    readonly extension?: readonly Extension[];
  }[];
}

/** With the contacts that the clinic recorded only, where there are any: of a change somebody else may be the author. */
export function provedContacts(patient: Patient): Patient {
  const proved = (patient.telecom ?? []).filter((each) => !isMarked(each));
  return proved.length === 0 ? patient : { ...patient, telecom: proved };
}

/** `canText`: text messages can be sent. undefined = nobody to tell. */
export function contactOf(patient: Patient, canText: boolean): Contact | undefined {
  if (whyNotWrittenTo(patient)) return undefined;
  const usable = (patient.telecom ?? []).filter(({ use, value }) => use !== 'old' && value !== undefined);
  const language = languageOf(patient);
  const emails = usable.filter(({ system }) => system === 'email');
  const phones = canText
    ? usable.filter(({ system, use }) => system === 'sms' || (system === 'phone' && use === 'mobile'))
    : [];
  const chosen = [...emails, ...phones].find(({ rank }) => rank === 1) ?? emails[0] ?? phones[0];
  if (!chosen?.value) return undefined;
  const preferences = preferencesOf(chosen.extension);
  return { channel: chosen.system === 'email' ? 'email' : 'sms', to: chosen.value, language, preferences };
}
