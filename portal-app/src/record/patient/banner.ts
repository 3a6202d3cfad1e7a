/** What must be seen of a patient before anything is done: who it is, what is dangerous, who acts for them, how to speak with them. Each part by itself. */
import type { AllergyIntolerance, Consent, Flag, Patient, RelatedPerson } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { allergyName, signsOf } from '../../format/allergy.ts';
import { dayText } from '../../format/clinic-clock.ts';
import { termName } from '../../format/clinical.ts';
import { dayNamed, timeOf } from '../../format/date.ts';
import { languageName } from '../../format/language-name.ts';
import { type Fhir, FhirFailure, listOf } from '../../smart/fhir.ts';

export interface Banner {
  readonly patient: Patient;
  /** undefined, here and below: not for this person's role, or not readable just now. */
  readonly allergies: readonly AllergyIntolerance[] | undefined;
  readonly flags: readonly Flag[] | undefined;
  /** Who may act for the patient. */
  readonly proxies: readonly RelatedPerson[] | undefined;
  /** An emergency access of whoever is signed in, that lasts. */
  readonly emergency: Consent | undefined;
}

const EMERGENCY = 'http://terminology.hl7.org/CodeSystem/v3-ActReason|ETREAT';

export const bannerQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['banner', fhir.patient], queryFn: () => readBanner(fhir) });

/** Rejects with FhirFailure 404 where no such record opens to whoever is signed in. */
async function readBanner(fhir: Fhir): Promise<Banner> {
  const of = `patient=${fhir.patient}`;
  const [who, [allergies, flags, proxies, emergencies]] = await Promise.all([
    fhir.search<Patient>('Patient', { _id: fhir.patient }),
    fhir.batch([
      `AllergyIntolerance?${of}&clinical-status=active&verification-status:not=refuted&_count=50`,
      // R4 finds a Flag by no status.
      `Flag?${of}&_count=50`,
      `RelatedPerson?${of}&active:not=false&_count=20`,
      `Consent?${of}&category=${encodeURIComponent(EMERGENCY)}&actor=${fhir.self}&status=active&_sort=-_lastUpdated&_count=5`,
    ]),
  ]);
  const [patient] = who.resources;
  if (!patient) throw new FhirFailure(404);
  return {
    patient,
    allergies: listOf<AllergyIntolerance>(allergies),
    flags: listOf<Flag>(flags)?.filter(({ status }) => status === 'active'),
    proxies: listOf<RelatedPerson>(proxies),
    emergency: listOf<Consent>(emergencies)?.find((each) => lastsUntil(each) > Date.now()),
  };
}

/** Milliseconds; NaN where it does not say. */
export const lastsUntil = ({ provision }: Consent): number => timeOf(provision?.period?.end);

/** In whole years, at the day of death where there was one; of a child under two, in months; undefined without a birth date. By the clinic's day. */
export function ageOf({ birthDate, deceasedDateTime }: Patient, now = Date.now()): Age | undefined {
  if (birthDate === undefined) return undefined;
  const end = deceasedDateTime === undefined ? dayText(now) : dayNamed(deceasedDateTime);
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const [endYear = Number.NaN, endMonth = 1, endDay = 1] = end.split('-').map(Number);
  const months = (endYear - year) * 12 + endMonth - month - (endDay < day ? 1 : 0);
  if (Number.isNaN(months) || months < 0) return undefined;
  return months < 24 ? { count: months, unit: 'months' } : { count: Math.floor(months / 12), unit: 'years' };
}

export interface Age {
  readonly count: number;
  readonly unit: 'months' | 'years';
}

/** The dangerous ones first. */
export const byDanger = (allergies: readonly AllergyIntolerance[]): readonly AllergyIntolerance[] =>
  allergies.toSorted((a, b) => Number(isGrave(b)) - Number(isGrave(a)));

export const isGrave = ({ criticality, reaction = [] }: AllergyIntolerance): boolean =>
  criticality === 'high' || reaction.some(({ severity }) => severity === 'severe');

/** "No known allergy" is a finding, and no allergy (SNOMED CT 716186003 and its kinds). */
const NONE_KNOWN = new Set(['716186003', '409137002', '429625007', '428607008']);

export const isNoneKnown = ({ code }: AllergyIntolerance): boolean =>
  code?.coding?.some((each) => NONE_KNOWN.has(each.code ?? '')) === true;

/** `Peanut: anaphylaxis` */
export const allergyWords = (allergy: AllergyIntolerance): string =>
  [allergyName(allergy, termName), signsOf(allergy, termName)].filter(Boolean).join(': ');

/** What the clinic files the patient under: the medical record number, else the first identifier. */
export function recordNumber({ identifier = [] }: Patient): string | undefined {
  const isRecord = (each: (typeof identifier)[number]): boolean =>
    each.type?.coding?.some(({ code }) => code === 'MR') === true;
  return (identifier.find(isRecord) ?? identifier[0])?.value;
}

export function preferredLanguage({ communication = [] }: Patient, locale: string): string | undefined {
  const chosen = communication.find(({ preferred }) => preferred) ?? communication[0];
  return languageName(chosen?.language, locale);
}
