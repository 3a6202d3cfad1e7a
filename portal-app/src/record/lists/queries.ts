/** The three lists of a record that clinicians keep: problems, allergies, medicines; and who last went through them. */
import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  List,
  MedicationRequest,
  MedicationStatement,
  Resource,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { allergyName } from '../../format/allergy.ts';
import { termName } from '../../format/clinical.ts';
import { dayNamed } from '../../format/date.ts';
import { isOrdered, prescriptionsOf } from '../../format/medicine.ts';
import { isRuledOut } from '../../format/ruled-out.ts';
import { whenText } from '../../format/when.ts';
import { medicineName } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { type BatchAnswer, type Fhir, listOf } from '../../smart/fhir.ts';

export type Listed = AllergyIntolerance | Condition | MedicationRequest | MedicationStatement;
export type ListName = 'problems' | 'allergies' | 'medicines';

/** Their LOINC codes, as documents have them (https://hl7.org/fhir/R4/valueset-list-example-codes.html has none as fine). */
export const LISTS: Readonly<Record<ListName, { readonly title: Text; readonly code: string }>> = {
  problems: { title: 'Problems', code: '11450-4' },
  allergies: { title: 'Allergies', code: '48765-2' },
  medicines: { title: 'Medicines', code: '10160-0' },
};
export const LOINC = 'http://loinc.org';

export interface KeptList {
  readonly name: ListName;
  /** undefined: not for this person's role, or not readable just now. */
  readonly entries: readonly Listed[] | undefined;
  /** When somebody last said that all of it is right. */
  readonly reviewed: List | undefined;
}

export const listsQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['lists', fhir.patient], queryFn: () => readLists(fhir) });

async function readLists(fhir: Fhir): Promise<readonly KeptList[]> {
  const of = `patient=${fhir.patient}`;
  const codes = Object.values(LISTS).map(({ code }) => `${LOINC}|${code}`);
  const [conditions, allergies, requests, statements, lists] = await fhir.batch([
    `Condition?${of}&_count=200`,
    `AllergyIntolerance?${of}&_count=200`,
    `MedicationRequest?${of}&_sort=-authoredon&_count=200&_include=MedicationRequest:medication`,
    `MedicationStatement?${of}&_count=200`,
    `List?${of}&status=current&code=${encodeURIComponent(codes.join(','))}&_sort=-date&_count=20`,
  ]);
  const prescribed = listOf<Resource>(requests);
  const taken = listOf<MedicationStatement>(statements);
  const medicines = prescribed && taken && [...prescriptionsOf(prescribed, isOrdered), ...taken];
  const kept = (name: ListName, entries: readonly Listed[] | undefined): KeptList => ({
    name,
    entries,
    reviewed: reviewOf(lists, LISTS[name].code),
  });
  return [
    kept('problems', listOf<Condition>(conditions)),
    kept('allergies', listOf<AllergyIntolerance>(allergies)),
    kept('medicines', medicines),
  ];
}

const reviewOf = (lists: BatchAnswer | undefined, code: string): List | undefined =>
  listOf<List>(lists)?.find((each) => each.code?.coding?.some((coding) => coding.code === code));

const CURRENT: ReadonlySet<string | undefined> = new Set([
  'active',
  'recurrence',
  'relapse',
  'intended',
  'on-hold',
]);

/** What nobody has ended. Without a status nobody has said that it is over. */
export function isCurrent(entry: Listed): boolean {
  const status = statusOf(entry);
  return status === undefined || CURRENT.has(status);
}

export function statusOf(entry: Listed): string | undefined {
  if (entry.resourceType === 'Condition' || entry.resourceType === 'AllergyIntolerance')
    return entry.clinicalStatus?.coding?.[0]?.code;
  return entry.status;
}

/** Said, but not confirmed by anybody: `unconfirmed`, `provisional`, `differential`. */
export function isUnsure(entry: Listed): boolean {
  if (entry.resourceType !== 'Condition' && entry.resourceType !== 'AllergyIntolerance') return false;
  const code = entry.verificationStatus?.coding?.[0]?.code;
  return code !== undefined && code !== 'confirmed' && code !== 'refuted';
}

export const isRefuted = (entry: Listed): boolean => 'verificationStatus' in entry && isRuledOut(entry);

export function conceptOf(entry: Listed): CodeableConcept | undefined {
  if (entry.resourceType === 'Condition' || entry.resourceType === 'AllergyIntolerance') return entry.code;
  return entry.medicationCodeableConcept;
}

export function nameOf(entry: Listed): string {
  const concept = conceptOf(entry);
  if (concept) return termName(concept);
  if (entry.resourceType === 'AllergyIntolerance') return allergyName(entry, termName);
  return entry.resourceType === 'MedicationRequest' || entry.resourceType === 'MedicationStatement'
    ? medicineName(entry)
    : termName(undefined);
}

/** Since when, as far as it is known. */
export function sinceOf(entry: Listed): string | undefined {
  switch (entry.resourceType) {
    case 'Condition':
      return entry.onsetDateTime ?? entry.onsetPeriod?.start ?? entry.recordedDate;
    case 'AllergyIntolerance':
      return entry.onsetDateTime ?? entry.recordedDate;
    case 'MedicationRequest':
      return entry.authoredOn;
    default:
      return entry.effectiveDateTime ?? entry.effectivePeriod?.start ?? entry.dateAsserted;
  }
}

/** Since when it is said to be so, as precise as that is; '' where nobody said: when it was written down is no beginning. */
export function begunOf(entry: Listed): string {
  const { onsetDateTime, onsetPeriod } = entry as Partial<Condition>;
  const { effectiveDateTime, effectivePeriod } = entry as Partial<MedicationStatement>;
  return dayNamed(onsetDateTime ?? onsetPeriod?.start ?? effectiveDateTime ?? effectivePeriod?.start);
}

/** Since when it is over, likewise. */
export function overOf(entry: Listed): string {
  const { abatementDateTime, abatementPeriod } = entry as Partial<Condition>;
  return dayNamed(abatementDateTime ?? abatementPeriod?.start);
}

/** The beginning where it is no date: an age, a span, somebody's words. */
export function begunInWords(entry: Listed): string | undefined {
  const { onsetDateTime, onsetAge, onsetRange } = entry as Partial<Condition>;
  if (onsetDateTime) return undefined;
  const words = whenText(entry, 'onset');
  return words && (onsetAge || onsetRange) ? t('at the age of {age}', { age: words }) : words;
}
