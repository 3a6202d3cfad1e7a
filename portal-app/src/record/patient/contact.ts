/** Contact details out of the Patient resource and back into it, without touching what the form does not show. */
import type { Address, ContactPoint, Patient } from '@medplum/fhirtypes';
import { deviceDay } from '../../format/device-day.ts';
import type { Text } from '../../i18n/text.ts';
import { CONFIRMED } from './unconfirmed.ts';

export interface ContactDetails {
  readonly phone: string;
  readonly email: string;
  readonly line: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
}

export function contactOf({ telecom = [], address = [] }: Patient): ContactDetails {
  const [home] = address;
  return {
    phone: telecom.find(({ system }) => system === 'phone')?.value ?? '',
    email: telecom.find(({ system }) => system === 'email')?.value ?? '',
    line: home?.line?.join(', ') ?? '',
    city: home?.city ?? '',
    state: home?.state ?? '',
    postalCode: home?.postalCode ?? '',
  };
}

export const isPhone = (text: string): boolean => text.replace(/\D/g, '').length >= 7;

/** By field; empty: everything is right. */
export function contactProblems({
  phone,
  email,
}: ContactDetails): Partial<Record<keyof ContactDetails, Text>> {
  const isEmail = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  return {
    ...(phone !== '' && !isPhone(phone) ? { phone: 'Please enter a whole phone number.' as const } : {}),
    ...(email !== '' && !isEmail ? { email: 'Please enter a whole e-mail address.' as const } : {}),
  };
}

/** As confirmed by the person today: what they looked at and left as it is, they said is right. */
export function withContact(patient: Patient, details: ContactDetails, now = new Date()): Patient {
  const { text: _, ...home } = patient.address?.[0] ?? {};
  const address = filled<Address>({
    ...home,
    line: details.line === '' ? undefined : details.line.split(',').map((each) => each.trim()),
    city: details.city.trim(),
    state: details.state.trim(),
    postalCode: details.postalCode.trim(),
  });
  const telecom = changed(changed(patient.telecom ?? [], 'phone', details.phone), 'email', details.email);
  return {
    ...patient,
    telecom: confirmed(telecom, now),
    address: [address, ...(patient.address ?? []).slice(1)],
  };
}

/** The first of its kind takes the new value; an emptied one goes. */
function changed(telecom: readonly ContactPoint[], system: 'phone' | 'email', typed: string): ContactPoint[] {
  const value = typed.trim();
  const at = telecom.findIndex((each) => each.system === system);
  if (at < 0) return value === '' ? [...telecom] : [...telecom, { system, value }];
  if (value === '') return telecom.filter((_, i) => i !== at);
  return telecom.map((each, i) => (i === at ? { ...each, value } : each));
}

/** The day is kept with the first contact point. */
function confirmed([first, ...rest]: readonly ContactPoint[], now: Date): ContactPoint[] {
  if (!first) return [];
  const others = (first.extension ?? []).filter(({ url }) => url !== CONFIRMED);
  const day = { url: CONFIRMED, valueDate: deviceDay(now) };
  return [{ ...first, extension: [...others, day] }, ...rest];
}

/** FHIR has no empty strings. */
function filled<T extends object>(resource: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(
    Object.entries(resource).filter(([, value]) => value !== undefined && value !== ''),
  ) as T;
}
