/** A record as one line of time: what happened of each kind, the newest first, each kind by itself readable or not. */
import type {
  CodeableConcept,
  DiagnosticReport,
  Encounter,
  MedicationRequest,
  Resource,
} from '@medplum/fhirtypes';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { clinicalName, codesText, termName } from '../../format/clinical.ts';
import { newestFirst, timeOf } from '../../format/date.ts';
import { isOrdered, prescriptionsOf } from '../../format/medicine.ts';
import { referenceName } from '../../format/named.ts';
import type { Text } from '../../i18n/text.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';
import { type Entry, KINDS, type KindName, lineOf } from '../entries/kinds.ts';
import { nameOf } from '../lists/queries.ts';
import { stateWords } from '../medicines/state.ts';
import { named } from '../names.ts';
import { reportDate } from '../results/order.ts';
import { WITH_RESULTS } from '../results/queries.ts';
import { isOfVisit, onceEach } from '../visits/summary.ts';

export interface Happening {
  readonly id: string;
  readonly kind: TimelineKind;
  readonly name: string;
  readonly date: string;
  readonly about: string;
  readonly resource: Resource;
}

export type TimelineKind =
  | Exclude<KindName, 'CareTeam' | 'Goal' | 'ServiceRequest'>
  | 'DiagnosticReport'
  | 'MedicationRequest';

/** What they are called, and how the newest of them are asked for. */
export const TIMELINE_KINDS: Readonly<
  Record<TimelineKind, { readonly title: Text; readonly newest: string }>
> = {
  Encounter: { title: KINDS.Encounter.title, newest: '_sort=-date' },
  Condition: { title: KINDS.Condition.title, newest: '_sort=-recorded-date' },
  AllergyIntolerance: { title: KINDS.AllergyIntolerance.title, newest: '_sort=-date' },
  MedicationRequest: {
    title: 'Prescriptions',
    newest: '_sort=-authoredon&_include=MedicationRequest:medication',
  },
  DiagnosticReport: { title: 'Reports', newest: '_sort=-date' },
  Procedure: { title: KINDS.Procedure.title, newest: '_sort=-date' },
  Immunization: { title: KINDS.Immunization.title, newest: 'status=completed&_sort=-date' },
  DocumentReference: { title: KINDS.DocumentReference.title, newest: 'status=current&_sort=-date' },
};
const NAMES = Object.keys(TIMELINE_KINDS) as TimelineKind[];

export interface Timeline {
  readonly happenings: readonly Happening[];
  /** Kinds that could not be read, or are not for this person's role. */
  readonly missing: readonly TimelineKind[];
  /** There may be older ones. */
  readonly isCut: boolean;
}

export const isTimelineKind = (name: string | undefined): name is TimelineKind =>
  name !== undefined && Object.hasOwn(TIMELINE_KINDS, name);

/** What is read with one of them. */
const BESIDE: Partial<Record<TimelineKind, Readonly<Record<string, string>>>> = {
  DiagnosticReport: WITH_RESULTS,
  MedicationRequest: { _include: 'MedicationRequest:medication' },
};

export interface Happened {
  readonly resource: Resource;
  readonly included: readonly Resource[];
}

/** One of them as a whole; null: there is none of this record, or none any more. */
export const happenedQuery = (fhir: Fhir, kind: TimelineKind, id: string) =>
  queryOptions({
    queryKey: ['timeline', fhir.patient, kind, id],
    queryFn: async (): Promise<Happened | null> => {
      const { resources, included } = await fhir.search<Resource>(kind, {
        _id: id,
        patient: fhir.patient,
        ...BESIDE[kind],
      });
      const [resource] =
        kind === 'MedicationRequest' ? prescriptionsOf([...resources, ...included], isOrdered) : resources;
      return resource ? { resource: await named(fhir, resource), included } : null;
    },
  });

/** `each`: how many of each kind at most. */
export const timelineQuery = (fhir: Fhir, each: number) =>
  queryOptions({
    queryKey: ['timeline', fhir.patient, each],
    queryFn: () => readTimeline(fhir, each),
    placeholderData: keepPreviousData,
  });

async function readTimeline(fhir: Fhir, each: number): Promise<Timeline> {
  const answers = await fhir.batch(
    NAMES.map((name) => `${name}?patient=${fhir.patient}&${TIMELINE_KINDS[name].newest}&_count=${each}`),
  );
  const lists = answers.map((answer) => listOf<Resource>(answer));
  return {
    happenings: happeningsOf(
      await named(
        fhir,
        lists.flatMap((list) => list ?? []),
      ),
    ),
    missing: NAMES.filter((_, i) => lists[i] === undefined),
    isCut: lists.some((list) => (list?.length ?? 0) >= each),
  };
}

/** The newest first; what has no date stands on no line of time. */
export function happeningsOf(resources: readonly Resource[]): readonly Happening[] {
  const others = resources.filter(({ resourceType }) => resourceType !== 'MedicationRequest');
  return [...others, ...prescriptionsOf(resources, isOrdered)]
    .flatMap(happeningOf)
    .toSorted((a, b) => newestFirst(a.date, b.date));
}

/** What happened at a visit. `found`: what was read of it (visits/at-visit.ts). */
export const happeningsAt = (visit: Encounter, found: readonly Resource[]): readonly Happening[] =>
  // Prescriptions are named by what came with them, which is of no visit.
  happeningsOf(onceEach(found)).filter(({ resource }) => isOfVisit(resource, visit));

function happeningOf(resource: Resource): readonly Happening[] {
  const told = toldBy(resource);
  if (!told?.date || Number.isNaN(timeOf(told.date))) return [];
  const { name, date, concept } = told;
  const about = [told.note, codesText(concept)].filter(Boolean).join(' · ');
  return [
    { id: resource.id ?? '', kind: resource.resourceType as TimelineKind, name, date, about, resource },
  ];
}

interface Told {
  readonly name: string;
  readonly date: string | undefined;
  readonly note?: string | undefined;
  readonly concept?: CodeableConcept | undefined;
}

function toldBy(resource: Resource): Told | undefined {
  if (resource.resourceType === 'DiagnosticReport') return reportTold(resource);
  if (resource.resourceType === 'MedicationRequest') return orderTold(resource);
  if (!isTimelineKind(resource.resourceType)) return undefined;
  const line = lineOf(resource as Entry);
  return { ...line, name: line.concept ? termName(line.concept) : line.name };
}

const reportTold = (report: DiagnosticReport): Told => ({
  name: clinicalName(report.code),
  date: reportDate(report),
  note: report.conclusion,
  concept: report.code,
});

const orderTold = (order: MedicationRequest): Told => ({
  name: nameOf(order),
  date: order.authoredOn,
  note: [order.doNotPerform && stateWords(order), referenceName(order.requester, order)]
    .filter(Boolean)
    .join(' · '),
  concept: order.medicationCodeableConcept,
});
