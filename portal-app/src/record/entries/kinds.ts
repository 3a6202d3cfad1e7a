/** The kinds of entries of a record beside results and medicines: where they come from, and what a person wants to know of each. */
import type {
  AllergyIntolerance,
  CareTeam,
  CodeableConcept,
  Condition,
  DocumentReference,
  Encounter,
  Goal,
  Immunization,
  Procedure,
  ServiceRequest,
} from '@medplum/fhirtypes';
import { allergyName, byGravity, signsOf } from '../../format/allergy.ts';
import { careRole } from '../../format/care-role.ts';
import { certaintyText } from '../../format/certainty.ts';
import { dayNamed, formatDate, formatDateTime } from '../../format/date.ts';
import { prescribedText } from '../../format/dosage.ts';
import { hasEnded } from '../../format/holds.ts';
import { referenceName, referenceNames } from '../../format/named.ts';
import { quantityText } from '../../format/quantity.ts';
import { lookUp } from '../../format/table.ts';
import { officialVaccineName, vaccineName } from '../../format/vaccine.ts';
import { periodText } from '../../format/value.ts';
import { visitClass } from '../../format/visit-class.ts';
import { durationText, whenText } from '../../format/when.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { targetWords } from '../care-plan/goals.ts';
import { documentName } from '../documents/name.ts';
import { orderState } from './orders.ts';

export type Entry =
  | AllergyIntolerance
  | CareTeam
  | Condition
  | DocumentReference
  | Encounter
  | Goal
  | Immunization
  | Procedure
  | ServiceRequest;

/** One fact of an entry; without a value it is not shown. */
export type Fact = readonly [label: Text, value: string | undefined];

export interface Kind {
  readonly title: Text;
  /** Search parameters, besides the patient. */
  readonly params: string;
  /** More of them, where only the newest few are shown. */
  readonly newest?: string;
  readonly of: (entry: never) => Line;
}

export interface Line {
  readonly name: string;
  readonly date: string | undefined;
  readonly note?: string | undefined;
  /** What may be explained. */
  readonly concept?: CodeableConcept | undefined;
  readonly facts: readonly Fact[];
}

const STATES: Readonly<Record<string, Text>> = {
  active: 'Current',
  recurrence: 'Has come back',
  relapse: 'Has come back',
  inactive: 'Not current',
  remission: 'In remission',
  resolved: 'Is over',
  completed: 'Done',
  preparation: 'Planned',
  'not-done': 'Was not done',
  'in-progress': 'Under way',
  stopped: 'Stopped',
  'on-hold': 'On hold',
  finished: 'Took place',
  arrived: 'Arrived',
  triaged: 'Arrived',
  onleave: 'Under way',
  cancelled: 'Cancelled',
  rejected: 'Not agreed to',
  unknown: 'State not known',
  planned: 'Planned',
  proposed: 'Proposed',
  accepted: 'Agreed',
  low: 'Low',
  high: 'High',
  'unable-to-assess': 'Not known',
  mild: 'Mild',
  moderate: 'Moderate',
  severe: 'Severe',
};

function state(code: string | undefined): string | undefined {
  const words = lookUp(STATES, code);
  return words ? t(words) : code;
}

const texts = (concepts: readonly CodeableConcept[] | undefined): string | undefined =>
  concepts?.map(conceptText).join(', ') || undefined;
/** R4 counts the patient among the team; whoever reads it looks for the others, as they are today. */
export const membersOf = ({ participant = [], subject }: CareTeam) =>
  participant.filter(
    ({ member, period }) =>
      (member?.reference === undefined || member.reference !== subject?.reference) && !hasEnded(period),
  );
const notes = (list: readonly { text?: string | undefined }[] | undefined): string | undefined =>
  list
    ?.map(({ text }) => text)
    .filter(Boolean)
    .join(' ') || undefined;
/** `Dose 1 of 2 · 0.5 mL` */
function doseText({ doseQuantity, protocolApplied = [] }: Immunization): string | undefined {
  const [given] = protocolApplied;
  const number = given?.doseNumberPositiveInt ?? given?.doseNumberString;
  const of = given?.seriesDosesPositiveInt ?? given?.seriesDosesString;
  const words = number && (of ? t('Dose {number} of {of}', { number, of }) : String(number));
  return [words, quantityText(doseQuantity)].filter(Boolean).join(' · ') || undefined;
}

/** An emergency often has no type: what it was for, else of which class it was. */
function visitName({ type, serviceType, class: kind }: Encounter): string {
  const concept = type?.[0] ?? serviceType;
  return (concept ? undefined : kind && visitClass(kind)) ?? conceptText(concept);
}

/** Of a visit its beginning; of a stay over nights, from when until when. */
function stayText({ period }: Encounter): string | undefined {
  if (!period?.start) return period?.end && periodText(period);
  const isStay = period.end !== undefined && dayNamed(period.end) !== dayNamed(period.start);
  return isStay ? periodText(period) : formatDateTime(period.start);
}

const orderedTimes = ({ occurrenceTiming }: ServiceRequest): string | undefined =>
  (occurrenceTiming && prescribedText([{ timing: occurrenceTiming }])) || undefined;

const day = (text: string | undefined): string | undefined => text && formatDate(text);

export const KINDS = {
  Condition: {
    title: 'Health problems',
    params: '_sort=-onset-date',
    newest: 'clinical-status=active,recurrence,relapse',
    of: (each: Condition): Line => ({
      name: conceptText(each.code),
      date: each.onsetDateTime ?? each.recordedDate,
      note: certaintyText(each) ?? state(each.clinicalStatus?.coding?.[0]?.code),
      concept: each.code,
      facts: [
        ['Since', whenText(each, 'onset')],
        ['Over since', whenText(each, 'abatement')],
        ['Written down', day(each.recordedDate)],
        ['By', referenceNames([each.recorder ?? each.asserter], each)],
        ['Severity', each.severity && conceptText(each.severity)],
        ['Stage', texts(each.stage?.flatMap(({ summary }) => summary ?? []))],
        ['Place on the body', texts(each.bodySite)],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  AllergyIntolerance: {
    title: 'Allergies',
    params: '_sort=-date',
    of: (each: AllergyIntolerance): Line => ({
      name: allergyName(each, conceptText),
      date: each.recordedDate ?? each.onsetDateTime,
      note: [certaintyText(each), signsOf(each, conceptText)].filter(Boolean).join(' · ') || undefined,
      concept: each.code,
      facts: [
        ['Reaction', signsOf(each, conceptText)],
        ['Severity', state(byGravity(each)[0]?.severity)],
        ['Danger', state(each.criticality)],
        ['State', certaintyText(each) ?? state(each.clinicalStatus?.coding?.[0]?.code)],
        ['Since', whenText(each, 'onset')],
        ['Last time', day(each.lastOccurrence)],
        ['Written down', day(each.recordedDate)],
        ['By', referenceNames([each.recorder ?? each.asserter], each)],
        [
          'Comment',
          notes([...(each.reaction ?? []).map(({ description: text }) => ({ text })), ...(each.note ?? [])]),
        ],
      ],
    }),
  },
  Immunization: {
    title: 'Vaccinations',
    params: 'status=completed&_sort=-date',
    of: (each: Immunization): Line => ({
      name: vaccineName(each.vaccineCode),
      date: each.occurrenceDateTime,
      note: each.isSubpotent ? t('Does not count in full') : each.occurrenceString,
      concept: each.vaccineCode,
      facts: [
        ['Official name', officialVaccineName(each.vaccineCode)],
        ['Given', whenText(each, 'occurrence')],
        ['Dose', doseText(each)],
        ['Does not count in full', texts(each.subpotentReason)],
        [
          'By',
          referenceNames(
            each.performer?.map(({ actor }) => actor),
            each,
          ),
        ],
        ['Maker', referenceName(each.manufacturer, each)],
        ['Lot number', each.lotNumber],
        ['Where', referenceName(each.location, each)],
        [
          'Reaction',
          referenceNames(
            each.reaction?.map(({ detail }) => detail),
            each,
          ),
        ],
        ['Place on the body', each.site && conceptText(each.site)],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  Procedure: {
    title: 'Procedures',
    params: '_sort=-date',
    of: (each: Procedure): Line => ({
      name: conceptText(each.code),
      date: each.performedDateTime ?? each.performedPeriod?.start ?? each.performedPeriod?.end,
      note: each.status === 'completed' ? undefined : state(each.status),
      concept: each.code,
      facts: [
        ['Date', whenText(each, 'performed')],
        [
          'By',
          referenceNames(
            each.performer?.map(({ actor }) => actor),
            each,
          ),
        ],
        ['Where', referenceName(each.location, each)],
        ['Why', texts(each.reasonCode) ?? referenceNames(each.reasonReference, each)],
        ['Place on the body', texts(each.bodySite)],
        ['Outcome', each.outcome && conceptText(each.outcome)],
        ['Complications', texts(each.complication)],
        ['What to do', texts(each.followUp)],
        ['Why not', each.statusReason && conceptText(each.statusReason)],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  Encounter: {
    title: 'Visits on record',
    params: '_sort=-date',
    of: (each: Encounter): Line => ({
      name: visitName(each),
      date: each.period?.start,
      note:
        each.status === 'finished'
          ? referenceNames(
              each.participant?.map(({ individual }) => individual),
              each,
            )
          : state(each.status),
      facts: [
        ['State', each.status === 'finished' ? undefined : state(each.status)],
        ['When', stayText(each)],
        [
          'With',
          referenceNames(
            each.participant?.map(({ individual }) => individual),
            each,
          ),
        ],
        [
          'Where',
          referenceNames(each.location?.map(({ location }) => location) ?? [each.serviceProvider], each),
        ],
        ['Why', texts(each.reasonCode) ?? referenceNames(each.reasonReference, each)],
      ],
    }),
  },
  ServiceRequest: {
    title: 'Referrals and orders',
    params:
      'intent=order,original-order,reflex-order,filler-order,instance-order&status=active,on-hold,completed,revoked,unknown&_sort=-authored',
    of: (each: ServiceRequest): Line => ({
      name: conceptText(each.code),
      date: each.authoredOn,
      note: orderState(each),
      concept: each.code,
      facts: [
        ['Kind', texts(each.category)],
        [each.doNotPerform ? 'Written down' : 'Asked for', day(each.authoredOn)],
        ['By', referenceNames([each.requester], each)],
        [
          'To',
          referenceNames(each.performer, each) ?? (each.performerType && conceptText(each.performerType)),
        ],
        ['When', whenText(each, 'occurrence') ?? orderedTimes(each)],
        ['How much', each.quantityQuantity && quantityText(each.quantityQuantity)],
        ['In detail', texts(each.orderDetail)],
        ['Place on the body', texts(each.bodySite)],
        ['Why', texts(each.reasonCode) ?? referenceNames(each.reasonReference, each)],
        ['What to do', each.patientInstruction],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  DocumentReference: {
    title: 'Notes and documents',
    params: 'status=current&_sort=-date',
    of: (each: DocumentReference): Line => ({
      name: documentName(each) ?? conceptText(each.type),
      date: each.date ?? each.context?.period?.start,
      note: referenceNames(each.author, each),
      facts: [
        ['Date', day(each.date)],
        ['By', referenceNames(each.author, each)],
        ['Kind', each.type && conceptText(each.type)],
        ['State', each.docStatus === 'preliminary' ? t('Not final yet') : undefined],
      ],
    }),
  },
  Goal: {
    title: 'Goals',
    params: 'lifecycle-status=proposed,planned,accepted,active,on-hold,completed,cancelled,rejected',
    of: (each: Goal): Line => ({
      name: conceptText(each.description),
      date: each.startDate,
      note: state(each.lifecycleStatus),
      facts: [
        [
          'Since',
          day(each.startDate) ?? (each.startCodeableConcept && conceptText(each.startCodeableConcept)),
        ],
        ...(each.target ?? []).flatMap((target): readonly Fact[] => [
          ['What is aimed at', targetWords(target)],
          ['Until', day(target.dueDate) ?? durationText(target.dueDuration)],
        ]),
        ['How far', each.achievementStatus && conceptText(each.achievementStatus)],
        ['Why not', each.statusReason],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  CareTeam: {
    title: 'Care team',
    params: 'status=active',
    of: (each: CareTeam): Line => ({
      name: each.name ?? t('Care team'),
      date: each.period?.start,
      note: referenceNames(
        membersOf(each).map(({ member }) => member),
        each,
      ),
      facts: membersOf(each).map(
        ({ role, member }): Fact => [
          'Member',
          [referenceName(member, each), role?.map(careRole).join(', ')].filter(Boolean).join(', '),
        ],
      ),
    }),
  },
} satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

export const isKind = (name: string | undefined): name is KindName =>
  name !== undefined && Object.hasOwn(KINDS, name);

/** The entry as words; its kind is its resource type. */
export const lineOf = (entry: Entry): Line => (KINDS[entry.resourceType] as Kind).of(entry as never);

export const kindOf = (name: KindName): Kind => KINDS[name];
