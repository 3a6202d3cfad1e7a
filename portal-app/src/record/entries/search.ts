/** A search over the whole record as one types: what each type of resource says (`_content`), and tests by their plain names, in one request. */
import type { Appointment, Communication, DiagnosticReport, Observation, Resource } from '@medplum/fhirtypes';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { reason } from '../../format/appointment.ts';
import { newestFirst } from '../../format/date.ts';
import { isOrdered } from '../../format/medicine.ts';
import { isMessage, textOf } from '../../format/message.ts';
import { dateOf, isPanel } from '../../format/observation.ts';
import { codesNamed } from '../../format/plain-words.ts';
import { valueText } from '../../format/value.ts';
import { medicineName, testName } from '../../format/words.ts';
import type { Text } from '../../i18n/text.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';
import { isPrescribed, stateWords } from '../medicines/state.ts';
import { type Entry, isKind, KINDS, kindOf, lineOf } from './kinds.ts';

export interface Hit {
  readonly to: string;
  readonly name: string;
  readonly about: string | undefined;
  readonly date: string | undefined;
  readonly kind: Text;
}

/** Fewer letters would find nearly everything. */
export const LEAST_LETTERS = 2;
const EACH = 8;
const NAMED = 40;

const OTHERS = [
  'Observation',
  'DiagnosticReport',
  'MedicationRequest',
  'MedicationStatement',
  'Appointment',
  'Communication',
];

export const searchQuery = (fhir: Fhir, text: string) =>
  queryOptions({
    queryKey: ['search', fhir.patient, text],
    queryFn: () => search(fhir, text),
    enabled: text.length >= LEAST_LETTERS,
    placeholderData: keepPreviousData,
  });

async function search(fhir: Fhir, text: string): Promise<readonly Hit[]> {
  const content = encodeURIComponent(
    `${text
      .replaceAll(/[\\$,|*"()]|(?<!\S)-+/g, ' ')
      .replaceAll(/\b(?:AND|OR|NOT)\b/g, (word) => word.toLowerCase())
      .trim()}*`,
  );
  const codes = codesNamed(text);
  const answers = await fhir.batch([
    ...[...Object.keys(KINDS), ...OTHERS].map(
      (type) => `${type}?patient=${fhir.patient}&_content=${content}&_count=${EACH}`,
    ),
    ...(codes.length > 0
      ? [
          `Observation?patient=${fhir.patient}&code=${codes.slice(0, NAMED).join(',')}&_sort=-date&_count=${NAMED}`,
        ]
      : []),
  ]);
  const found = answers.flatMap((answer) => listOf<Resource>(answer) ?? []);
  const hits = found.flatMap((each) => hitOf(each) ?? []);
  const newest = new Map<string, Hit>();
  for (const hit of hits.toSorted((a, b) => newestFirst(a.date, b.date))) {
    const key = keyOf(hit);
    if (!newest.has(key)) newest.set(key, hit);
  }
  return [...newest.values()];
}

/** A test that was done many times stands here once, by its newest value; so does a medicine that was prescribed many times. Several stand on one page: that does not make them one. */
function keyOf({ kind, to, name, about, date }: Hit): string {
  if (kind === 'Results') return name;
  return JSON.stringify(kind === 'Medicines' ? [name, about] : [to, name, about, date]);
}

function hitOf(resource: Resource): Hit | undefined {
  switch (resource.resourceType) {
    case 'Observation':
      return isPanel(resource) ? undefined : resultHit(resource);
    case 'DiagnosticReport':
      return reportHit(resource);
    case 'MedicationRequest':
      if (!isOrdered(resource) || !isPrescribed(resource)) return undefined;
      return {
        to: '/medications',
        name: medicineName(resource),
        about: stateWords(resource),
        date: resource.authoredOn,
        kind: 'Medicines',
      };
    case 'MedicationStatement':
      return {
        to: '/medications',
        name: medicineName(resource),
        about: stateWords(resource),
        date: resource.effectivePeriod?.start,
        kind: 'Medicines',
      };
    case 'Appointment':
      return visitHit(resource);
    case 'Communication':
      return isMessage(resource) ? messageHit(resource) : undefined;
    default:
      return isKind(resource.resourceType) ? entryHit(resource as Entry) : undefined;
  }
}

function resultHit(each: Observation): Hit {
  return {
    to: `/results/${each.id}`,
    name: testName(each.code),
    about: valueText(each),
    date: dateOf(each),
    kind: 'Results',
  };
}

function reportHit(each: DiagnosticReport): Hit {
  return {
    to: `/reports/${each.id}`,
    name: testName(each.code),
    about: each.conclusion,
    date: dateOf(each),
    kind: 'Reports',
  };
}

const visitHit = (each: Appointment): Hit => ({
  to: '/appointments',
  name: reason(each),
  about: undefined,
  date: each.start,
  kind: 'Visits',
});

const messageHit = (each: Communication): Hit => ({
  to: '/messages',
  name: each.topic?.text ?? each.sender?.display ?? '',
  about: textOf(each),
  date: each.sent,
  kind: 'Messages',
});

function entryHit(entry: Entry): Hit {
  const { name, date, note } = lineOf(entry);
  return {
    to: `/records/${entry.resourceType}/${entry.id}`,
    name,
    about: note,
    date,
    kind: kindOf(entry.resourceType).title,
  };
}
