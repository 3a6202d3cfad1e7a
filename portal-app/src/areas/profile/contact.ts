/** Contact details out of the Patient resource and back into it, without touching what the form does not show. */
import type { Address, ContactPoint, Patient } from '@medplum/fhirtypes';

export interface ContactDetails {
  readonly phone: string;
  readonly email: string;
  readonly line: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  /** How news is announced: the contact point of rank 1. */
  readonly notices: 'email' | 'phone';
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
    notices: telecom.some(({ system, rank }) => system === 'phone' && rank === 1) ? 'phone' : 'email',
  };
}

/** undefined = everything is right. */
export function contactProblem({ phone, email }: ContactDetails): string | undefined {
  if (phone !== '' && phone.replace(/\D/g, '').length < 7) return 'Please enter a whole phone number.';
  if (email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    return 'Please enter a whole e-mail address.';
  return undefined;
}

export function withContact(patient: Patient, details: ContactDetails): Patient {
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
    telecom: ranked(telecom, details.notices),
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

/** Text messages go to mobile phones only. */
function ranked(telecom: readonly ContactPoint[], chosen: 'email' | 'phone'): ContactPoint[] {
  const first = telecom.findIndex(({ system }) => system === chosen);
  return telecom.map(({ rank: _, ...each }, i) =>
    i === first ? { ...each, rank: 1, ...(chosen === 'phone' ? { use: 'mobile' as const } : {}) } : each,
  );
}

/** FHIR has no empty strings. */
function filled<T extends object>(resource: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(
    Object.entries(resource).filter(([, value]) => value !== undefined && value !== ''),
  ) as T;
}
