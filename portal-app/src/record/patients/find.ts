/**
 * Patients by what somebody types: names, a birth date, a record number, a telephone number; with a slip of the finger in a name all the same. Asked in one batch, by
 * POST: what was typed stands in no address. The server bounds each search to whom this person may open.
 */
import type { Patient } from '@medplum/fhirtypes';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { draftOf, keepDraft } from '../../device/drafts.ts';
import { newestFirst } from '../../format/date.ts';
import { type FhirApi, listOf } from '../../smart/fhir.ts';
import { type Asked, askedOf, fitOf } from './fit.ts';

const MOST = 20;
/** Of each search that allows for a slip: they find more than fits. */
const WIDE = 50;
/** As good as what was typed. */
const WELL = 0.9;

export const patientSearchQuery = (fhir: FhirApi, text: string) =>
  queryOptions({
    queryKey: ['patient-search', text],
    queryFn: () => findPatients(fhir, text),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  });

/** Best fit first; among those that fit alike, those opened lately, then those whose record changed last. */
export async function findPatients(fhir: FhirApi, text: string): Promise<readonly Patient[]> {
  const asked = askedOf(text);
  const exact = await patientsBy(fhir, exactSearches(asked));
  const found = ranked(exact, asked);
  if (found.some(({ fit }) => fit >= WELL)) return found.map(({ patient }) => patient);
  // A slip in each part of a name with a hyphen is no two slips in one word.
  const apart = { ...asked, words: asked.words.flatMap((word) => word.split('-').filter(Boolean)) };
  const near = await patientsBy(fhir, nearSearches(apart));
  return ranked([...exact, ...near], apart).map(({ patient }) => patient);
}

async function patientsBy(fhir: FhirApi, searches: readonly string[]): Promise<readonly Patient[]> {
  if (searches.length === 0) return [];
  const answers = await fhir.batch(searches.map((each) => `Patient?${each}`));
  return answers.flatMap((answer) => listOf<Patient>(answer) ?? []);
}

/** A record that was merged into another is not to be used any more: it is shown where the one that goes on is not among those found, so that nobody is looked for in vain. */
function standing(patients: readonly Patient[]): readonly Patient[] {
  const found = new Set(patients.map(({ id }) => `Patient/${id}`));
  return patients.filter(
    ({ link = [] }) =>
      !link.some(({ type, other }) => type === 'replaced-by' && found.has(other?.reference ?? '')),
  );
}

function ranked(patients: readonly Patient[], asked: Asked) {
  const lately = recentIds();
  const recency = ({ id = '' }: Patient): number =>
    lately.includes(id) ? lately.indexOf(id) : lately.length;
  const fits = new Map(patients.map((each) => [each.id, fitOf(each, asked)]));
  const fitOfOne = ({ id }: Patient): number => fits.get(id) ?? 0;
  const fitting = [...new Map(patients.map((each) => [each.id, each])).values()].filter(fitOfOne);
  return standing(fitting)
    .map((patient) => ({ patient, fit: fitOfOne(patient) }))
    .sort(
      (a, b) =>
        b.fit - a.fit ||
        recency(a.patient) - recency(b.patient) ||
        newestFirst(a.patient.meta?.lastUpdated, b.patient.meta?.lastUpdated),
    )
    .slice(0, MOST);
}

const LATEST = '_sort=-_lastUpdated';
const escaped = (text: string): string => encodeURIComponent(text.replaceAll(/[\\$,|]/g, '\\$&'));

function exactSearches({ words, days, digits, whole }: Asked): readonly string[] {
  const born = days.length > 0 ? `birthdate=${days.join(',')}` : undefined;
  const named = words.map((word) => `name=${escaped(word)}`);
  const parts = [...named, ...(born === undefined ? [] : [born])];
  return [
    ...(parts.length > 0 ? [`${parts.join('&')}&${LATEST}&_count=${MOST}`] : []),
    ...(/\d/.test(whole) ? [`identifier=${escaped(whole)}&_count=${MOST}`] : []),
    // Numbers are words to a search of what a record says: as they were typed, and in the groups that people write.
    ...(digits.length >= 4
      ? [`_content=${encodeURIComponent(numberForms(digits).join(' OR '))}&_count=${WIDE}`]
      : []),
  ];
}

function numberForms(digits: string): readonly string[] {
  const groups =
    digits.length >= 10 ? [digits.slice(-10, -7), digits.slice(-7, -4), digits.slice(-4)] : undefined;
  const local = digits.length === 7 ? [digits.slice(0, 3), digits.slice(3)] : undefined;
  return [`${digits}*`, ...[groups, local].flatMap((each) => each?.join(' ') ?? [])];
}

/**
 * A word with one slip has its beginning or its end right, when both leave out its middle: whichever letter is wrong, missing, too many or changed places with its
 * neighbour. So each word is asked by its beginning, as the first or as a later word of a name, or by its end.
 */
function nearSearches({ words, days }: Asked): readonly string[] {
  const long = words.filter(({ length }) => length >= 4).slice(0, 2);
  if (long.length === 0) return [];
  const kept = words.filter((word) => !long.includes(word)).map((word) => `name=${escaped(word)}`);
  const born = days.length > 0 ? [`birthdate=${days.join(',')}`] : [];
  const choices = long
    .map(nearOf)
    .reduce<readonly string[][]>(
      (all, of) => all.flatMap((before) => of.map((each) => [...before, each])),
      [[]],
    );
  return choices.map((choice) => [...choice, ...kept, ...born, LATEST, `_count=${WIDE}`].join('&'));
}

function nearOf(word: string): readonly string[] {
  const beginning = word.slice(0, Math.max(2, Math.floor(word.length / 2) - 1));
  const end = word.slice(Math.ceil(word.length / 2));
  // Within a name of several words: Rahman-Cole, García López.
  const inner = ['-', ' '].map((mark) => escaped(`${mark}${beginning}`)).join(',');
  return [`name=${escaped(beginning)}`, `name:contains=${escaped(end)}`, `name:contains=${inner}`];
}

const RECENT = 'recent patients';
const MOST_RECENT = 8;

/** Ids of the patients whose pages were opened last, the latest first; sealed in this browser until the person signs out. */
export const recentIds = (): readonly string[] => draftOf<readonly string[]>(RECENT) ?? [];

export function noteOpened(id: string): void {
  keepDraft(RECENT, [id, ...recentIds().filter((each) => each !== id)].slice(0, MOST_RECENT));
}

export const recentPatientsQuery = (fhir: FhirApi, ids: readonly string[]) =>
  queryOptions({
    queryKey: ['recent-patients', ...ids],
    queryFn: async () => {
      const { resources } = await fhir.search<Patient>('Patient', { _id: ids.join(',') });
      return resources.toSorted((a, b) => ids.indexOf(a.id ?? '') - ids.indexOf(b.id ?? ''));
    },
    enabled: ids.length > 0,
  });
