/** What a record says of screenings and vaccinations, and what the person has told the clinic of those that were done elsewhere. */
import type {
  CodeableConcept,
  Communication,
  Condition,
  DiagnosticReport,
  Immunization,
  Observation,
  Patient,
  Procedure,
  Resource,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { dateOf } from '../../format/observation.ts';
import { isRuledOut } from '../../format/ruled-out.ts';
import { conceptText } from '../../format/words.ts';
import { type Fhir, listOf, requiredListOf } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import { newMessage, type Recipient } from '../messages/send.ts';
import { reportDate } from '../results/order.ts';
import type { Deed, Person } from './due.ts';
import { SCHEDULE } from './schedule.ts';

const SMOKING = '72166-2';
const BODY_MASS = '39156-5';
/** SNOMED CT: former smoker, and those who smoke every day, some days, lightly, heavily. */
const SMOKED = ['8517006', '449868002', '77176002', '428041000124106', '428061000124105', '428071000124103'];
/** Communication.category: that something of the schedule was done elsewhere. */
const TOLD = 'urn:wellspring:done-elsewhere';

const codesDone = SCHEDULE.filter(({ kind }) => kind === 'screening').flatMap(({ doneBy }) =>
  doneBy.flatMap(({ codes }) => codes),
);

export interface Checkups {
  readonly person: Person;
  readonly immunizations: readonly Immunization[];
  /** By the id of a rule: when the clinic was told that it was done elsewhere. */
  readonly told: ReadonlyMap<string, string>;
}

export const checkupsQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['checkups', fhir.patient], queryFn: () => readCheckups(fhir) });

/** Throws where a part can't be read: what is not seen would be called due. */
async function readCheckups(fhir: Fhir): Promise<Checkups> {
  const of = `patient=${fhir.patient}`;
  const [patient, immunizations, answers] = await Promise.all([
    fhir.read<Patient>('Patient', fhir.patient),
    immunizationsOf(fhir),
    fhir.batch([
      `Procedure?${of}&status=completed&_sort=-date&_count=200`,
      `Procedure?${of}&status=completed&code=${codesDone.join(',')}&_count=200`,
      `Observation?${of}&code=${[...codesDone, SMOKING, BODY_MASS].join(',')}&_sort=-date&_count=200`,
      `Condition?${of}&_count=200`,
      `DiagnosticReport?${of}&code=${codesDone.join(',')}&_count=200`,
      `Communication?${of}&category=${TOLD}|&_sort=-sent&_count=100`,
    ]),
  ]);
  const [newest, coded, observations, conditions, reports] = answers
    .slice(0, 5)
    .map((answer) => requiredListOf<Resource>(answer));
  return checkupsOf(patient, immunizations, {
    procedures: [...(newest ?? []), ...(coded ?? [])] as Procedure[],
    observations: (observations ?? []) as Observation[],
    conditions: (conditions ?? []) as Condition[],
    reports: (reports ?? []) as DiagnosticReport[],
    messages: listOf<Communication>(answers[5]) ?? [],
  });
}

/** All of them: a series is only as complete as what was read of it. */
async function immunizationsOf(fhir: Fhir): Promise<readonly Immunization[]> {
  let page = await fhir.search<Immunization>('Immunization', {
    patient: fhir.patient,
    status: 'completed',
    _sort: '-date',
    _count: '200',
  });
  const all = [...page.resources];
  while (page.next !== undefined) {
    page = await fhir.follow<Immunization>(page.next);
    all.push(...page.resources);
  }
  return all;
}

interface Found {
  readonly procedures: readonly Procedure[];
  readonly observations: readonly Observation[];
  readonly conditions: readonly Condition[];
  /** Of pictures, cells and tissue often all that there is. */
  readonly reports: readonly DiagnosticReport[];
  readonly messages: readonly Communication[];
}

const codesOf = (concept: CodeableConcept | undefined): readonly string[] =>
  (concept?.coding ?? []).flatMap(({ code }) => code ?? []);

const isHeld = (each: Condition): boolean => !isRuledOut(each);

/** Observation.status, and DiagnosticReport.status, of what was not done, or not to this person. */
export const NO_RESULT = ['cancelled', 'registered', 'unknown', 'entered-in-error'];

export function checkupsOf(
  patient: Patient,
  immunizations: readonly Immunization[],
  { procedures, observations, conditions, reports, messages }: Found,
): Checkups {
  const deeds: readonly Deed[] = [
    ...immunizations.map((each) => ({ codes: codesOf(each.vaccineCode), date: each.occurrenceDateTime })),
    ...procedures.map((each) => ({
      codes: codesOf(each.code),
      date: each.performedDateTime ?? each.performedPeriod?.end ?? each.performedPeriod?.start,
    })),
    ...observations
      .filter(({ status }) => !NO_RESULT.includes(status))
      .map((each) => ({ codes: codesOf(each.code), date: dateOf(each) })),
    ...reports
      .filter(({ status }) => !NO_RESULT.includes(status))
      .map((each) => ({ codes: codesOf(each.code), date: reportDate(each) })),
  ];
  const newestOf = (code: string): Observation | undefined =>
    observations.find((each) => codesOf(each.code).includes(code));
  return {
    immunizations,
    told: new Map(
      messages
        .toReversed()
        .flatMap(({ category = [], sent }) =>
          category.flatMap(({ coding = [] }) =>
            coding.flatMap(({ system, code }) =>
              system === TOLD && code ? [[code, sent ?? ''] as const] : [],
            ),
          ),
        ),
    ),
    person: {
      birthDate: patient.birthDate,
      sex: patient.gender,
      deeds,
      problems: [...conditions.filter(isHeld), ...procedures].map(({ code }) => conceptText(code)),
      smoked: codesOf(newestOf(SMOKING)?.valueCodeableConcept).some((code) => SMOKED.includes(code)),
      bodyMass: newestOf(BODY_MASS)?.valueQuantity?.value,
    },
  };
}

/** What the person says of it. A patient may not write what counts as given (Immunization, Procedure): the clinic is told, and enters it. */
export async function tellDone(
  fhir: Fhir,
  {
    id,
    to,
    topic,
    text,
  }: { readonly id: string; readonly to: Recipient; readonly topic: string; readonly text: string },
  identity: string,
): Promise<Communication> {
  const message = await newMessage(fhir, to, topic, { text, file: undefined });
  return createOnce(fhir, { ...message, category: [{ coding: [{ system: TOLD, code: id }] }] }, identity);
}
