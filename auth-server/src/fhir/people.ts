/** What this server asks of the FHIR server for itself: whose records a person may open, who a new account belongs to. What is shown to somebody is asked as them (shown.ts). */
import { dependsOnZone, type Period, periodIn, zoneIn } from '@wellspring/serving/time-zone';
import { type FhirApi, FhirUnavailable } from './fhir-api.ts';
import { type HumanName, nameText } from './human-name.ts';

/** One record that a person may open, and who they are to FHIR while they do. */
export interface Relation {
  readonly patient: string;
  /** `Patient/…` for one's own record, `RelatedPerson/…` for another's. */
  readonly as: string;
}

export interface PatientQuery {
  readonly given: string;
  readonly family: string;
  /** YYYY-MM-DD */
  readonly birthDate: string;
}

export interface PatientMatch extends Contacts {
  readonly id: string;
}

/** Contacts that prove who somebody is: those that the clinic recorded, and that hold. */
export interface Contacts {
  readonly emails: readonly string[];
  /** Digits only, with a leading + where it is there. */
  readonly phones: readonly string[];
}

export interface People {
  /** Relations that hold now: an ended RelatedPerson opens nothing. Rejects with FhirUnavailable. */
  relations(persons: readonly string[]): Promise<readonly Relation[]>;
  /**
   * Is this person still what they were: related to the patient, at work here? A Practitioner who has roles needs one that holds, at an organization that
   * is there. Rejects with FhirUnavailable.
   */
  stands(person: string, patient: string | undefined): Promise<boolean>;
  /** Has this Practitioner a role of this code (`urn:wellspring:staff-role`) that holds, at an organization that is there? Rejects with FhirUnavailable. */
  hasRole(practitioner: string, code: string): Promise<boolean>;
  /** Living patients of this name and birth date, for sign-up. */
  match(query: PatientQuery): Promise<readonly PatientMatch[]>;
  /** Everybody who is, or was, something to the patient: where they are reached themselves. */
  relatives(patient: string): Promise<readonly (Contacts & { readonly reference: string })[]>;
  /** Is this an active person who may have an account, and born on this day (where that is on record)? */
  isBorn(reference: string, birthDate: string): Promise<boolean>;
  /** Old enough for an account of their own, as the clinic has it. */
  mayHaveAccount(patient: string): Promise<boolean>;
  /** The name of a FHIR person; undefined when there is none, or none that is active. */
  nameOf(reference: string): Promise<string | undefined>;
}

interface ContactPoint {
  readonly system?: string;
  readonly value?: string;
  readonly use?: string;
  readonly period?: Period;
  readonly extension?: readonly { readonly url?: string }[];
}

interface Person {
  readonly id: string;
  readonly active?: boolean;
  readonly name?: readonly HumanName[];
  readonly birthDate?: string;
  readonly deceasedBoolean?: boolean;
  readonly deceasedDateTime?: string;
  readonly telecom?: readonly ContactPoint[];
  readonly patient?: { readonly reference?: string };
  readonly link?: readonly { readonly type?: string }[];
  readonly managingOrganization?: { readonly reference?: string };
  readonly period?: Period;
}

interface PractitionerRole {
  readonly active?: boolean;
  readonly period?: Period;
  readonly practitioner?: { readonly reference?: string };
  readonly organization?: { readonly reference?: string };
  readonly code?: readonly {
    readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
  }[];
}

const STAFF_ROLE = 'urn:wellspring:staff-role';

/** The FHIR server's mark on contacts that were entered from the patient's side (docs/decisions/0012): a code that arrives there proves nothing. */
const UNCONFIRMED = 'urn:wellspring:unconfirmed-contact';

export function createPeople(api: FhirApi, now: () => number): People {
  async function relation(person: string): Promise<readonly Relation[]> {
    const [type, id] = person.split('/');
    if (type === 'Patient' && id) return [{ patient: id, as: person }];
    if (type !== 'RelatedPerson') return [];
    const related = await api.read<Person>(person);
    const patient = related && patientOf(related);
    if (!patient || !(await holds(api, related, now()))) return [];
    // A parent's ends when the child has grown up: the FHIR server knows the clinic's policy, and what a Consent renews.
    return (await api.ageRules(person))?.ended ? [] : [{ patient, as: person }];
  }

  async function isAtWork(practitioner: string): Promise<boolean> {
    const person = await api.read<Person>(practitioner);
    if (!person || person.active === false) return false;
    const roles = await rolesOf(practitioner);
    for (const role of roles) if (await isRole(role)) return true;
    return roles.length === 0;
  }

  /** A client that was not given the right to see roles rests on the Practitioner alone. */
  function rolesOf(practitioner: string): Promise<readonly PractitionerRole[]> {
    return api
      .search<PractitionerRole>('PractitionerRole', { practitioner, _count: '100' })
      .catch((error) => {
        if (error instanceof FhirUnavailable && error.status === 403) return [];
        throw error;
      });
  }

  async function isRole({ active, period, organization }: PractitionerRole): Promise<boolean> {
    if (active === false) return false;
    if (organization?.reference === undefined) return isNow(period, now(), zoneIn(undefined));
    const found = await api.read<{ active?: boolean }>(organization.reference);
    return found !== undefined && found.active !== false && isNow(period, now(), zoneIn(found));
  }

  async function stands(person: string, patient: string | undefined): Promise<boolean> {
    const [type] = person.split('/');
    if (type === 'Practitioner') return isAtWork(person);
    if (type === 'PractitionerRole') {
      const role = await api.read<PractitionerRole>(person);
      return (
        role !== undefined && (await isRole(role)) && (await isAtWork(role.practitioner?.reference ?? ''))
      );
    }
    return (await relation(person)).some((each) => patient === undefined || each.patient === patient);
  }

  async function hasRole(practitioner: string, code: string): Promise<boolean> {
    if (!practitioner.startsWith('Practitioner/') || !(await isAtWork(practitioner))) return false;
    for (const role of await rolesOf(practitioner))
      if (isCoded(role, code) && (await isRole(role))) return true;
    return false;
  }

  return {
    stands,
    hasRole,
    async relations(persons) {
      const found = (await Promise.all(persons.map(relation))).flat();
      // Whoever is the patient is that, whatever else they are to the record.
      const own = new Set(found.filter(({ as }) => as.startsWith('Patient/')).map(({ patient }) => patient));
      return found.filter(({ patient, as }) => as.startsWith('Patient/') || !own.has(patient));
    },
    async match({ given, family, birthDate }) {
      const found = await api.search<Person>('Patient', { birthdate: birthDate, _count: '100' });
      const named = found.filter((person) => isLiving(person) && isNamed(person, given, family));
      return Promise.all(
        named.map(async (person) => {
          const at = now();
          const periods = (person.telecom ?? []).map(({ period = {} }) => period);
          const zone = await zoneWhereAsked(periods, at, () => zoneOfPatient(api, person));
          return { id: person.id, ...contacts(person.telecom, (each) => proves(each, at, zone)) };
        }),
      );
    },
    async relatives(patient) {
      const parameters = { patient: `Patient/${patient}`, _count: '100' };
      const found = await api.search<Person>('RelatedPerson', parameters);
      return found.map(({ id, telecom }) => ({
        reference: `RelatedPerson/${id}`,
        ...contacts(telecom, () => true),
      }));
    },
    async isBorn(reference, birthDate) {
      const person = await api.read<Person>(reference);
      return person !== undefined && isLiving(person) && (person.birthDate ?? birthDate) === birthDate;
    },
    async mayHaveAccount(patient) {
      return (await api.ageRules(`Patient/${patient}`))?.ownAccount !== false;
    },
    async nameOf(reference) {
      const person = await api.read<Person>(reference);
      if (!person || person.active === false) return undefined;
      return nameText(person.name?.[0]) ?? reference;
    },
  };
}

const isCoded = ({ code: codes = [] }: PractitionerRole, code: string): boolean =>
  codes.some(({ coding = [] }) => coding.some((each) => each.system === STAFF_ROLE && each.code === code));

/** Id of the Patient that a RelatedPerson belongs to. */
export const patientOf = ({ patient }: Pick<Person, 'patient'>): string | undefined =>
  /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(patient?.reference ?? '')?.[1];

/** A relation, by the days of the patient's clinic. Rejects with FhirUnavailable. */
export async function holds(
  api: Pick<FhirApi, 'read'>,
  related: Pick<Person, 'active' | 'patient' | 'period'>,
  now: number,
): Promise<boolean> {
  const { active, period = {} } = related;
  if (active === false) return false;
  const patient = patientOf(related);
  const zoneOf = async () =>
    zoneOfPatient(api, patient === undefined ? undefined : await api.read<Person>(`Patient/${patient}`));
  return isNow(period, now, await zoneWhereAsked([period], now, zoneOf));
}

/** Asked for on the days only on which it makes a difference. */
const zoneWhereAsked = async (
  periods: readonly Period[],
  now: number,
  zoneOf: () => Promise<string>,
): Promise<string> => (periods.some((period) => dependsOnZone(period, now)) ? zoneOf() : zoneIn(undefined));

async function zoneOfPatient(api: Pick<FhirApi, 'read'>, patient: Person | undefined): Promise<string> {
  const { reference } = patient?.managingOrganization ?? {};
  const isOne = reference !== undefined && /^Organization\/[A-Za-z0-9\-.]{1,64}$/.test(reference);
  return zoneIn(isOne ? await api.read<object>(reference) : undefined);
}

/** What can't be read opens nothing. */
function isNow(period: Period | undefined, now: number, zone: string): boolean {
  const { start, end } = periodIn(zone, period ?? {});
  return (end === undefined || lastMoment(end) >= now) && (start === undefined || moment(start) <= now);
}

/** JavaScript knows no leap second, which R4 allows: it is read as the one before. */
const moment = (time: string): number => Date.parse(time.replace(':60', ':59'));

/** A second that is named lasts to its end, as the last one of a day does. */
const lastMoment = (time: string): number => moment(time) + (time.includes('.') ? 0 : 999);

/** Nor merged into another record, which they are in by now. */
const isLiving = ({ active, deceasedBoolean, deceasedDateTime, link = [] }: Person): boolean =>
  active !== false &&
  deceasedBoolean !== true &&
  deceasedDateTime === undefined &&
  !link.some(({ type }) => type === 'replaced-by');

function isNamed({ name }: Person, given: string, family: string): boolean {
  return (name ?? []).some(
    (each) =>
      each.use !== 'old' &&
      folded(each.family ?? '') === folded(family) &&
      folded(each.given?.[0] ?? '') === folded(given.split(/\s+/)[0] ?? ''),
  );
}

/** Case, accents, hyphens and apostrophes are typed in many ways. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

const proves = ({ use, period, extension = [] }: ContactPoint, now: number, zone: string): boolean =>
  use !== 'old' && isNow(period, now, zone) && !extension.some(({ url }) => url === UNCONFIRMED);

function contacts(telecom: readonly ContactPoint[] = [], counts: (each: ContactPoint) => boolean): Contacts {
  const of = (kind: string) =>
    telecom.filter((each) => each.system === kind && counts(each)).flatMap(({ value }) => value ?? []);
  return {
    emails: of('email').map((each) => each.trim().toLowerCase()),
    phones: of('phone').map(phoneDigits),
  };
}

/** `(555) 010-0199` and `+1 555 010 0199` are one number. */
export function phoneDigits(text: string): string {
  const digits = text.replace(/\D/g, '');
  if (text.trim().startsWith('+')) return `+${digits}`;
  return digits.length === 10
    ? `+1${digits}`
    : digits.length === 11 && digits.startsWith('1')
      ? `+${digits}`
      : digits;
}
