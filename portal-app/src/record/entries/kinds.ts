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
  Reference,
  ServiceRequest,
} from '@medplum/fhirtypes';
import { formatDate, formatDateTime } from '../../format/date.ts';
import { lookUp } from '../../format/table.ts';
import { officialVaccineName, vaccineName } from '../../format/vaccine.ts';
import { whenText } from '../../format/when.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
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
  cancelled: 'Cancelled',
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

/** What was only supposed, or turned out not to be so, is no health problem. */
const VERIFICATION: Readonly<Record<string, Text>> = {
  refuted: 'Ruled out',
  unconfirmed: 'Not confirmed',
  provisional: 'Not confirmed',
  differential: 'Not confirmed',
};

function verification({ verificationStatus }: Condition): string | undefined {
  const words = lookUp(VERIFICATION, verificationStatus?.coding?.[0]?.code);
  return words && t(words);
}

const texts = (concepts: readonly CodeableConcept[] | undefined): string | undefined =>
  concepts?.map(conceptText).join(', ') || undefined;
/** R4 counts the patient among the team; whoever reads it looks for the others. */
const membersOf = ({ participant = [], subject }: CareTeam) =>
  participant.filter(
    ({ member }) => member?.reference === undefined || member.reference !== subject?.reference,
  );
const names = (references: readonly (Reference | undefined)[] | undefined): string | undefined =>
  references
    ?.map((each) => each?.display)
    .filter(Boolean)
    .join(', ') || undefined;
const notes = (list: readonly { text?: string }[] | undefined): string | undefined =>
  list?.map(({ text }) => text).join(' ') || undefined;
const day = (text: string | undefined): string | undefined => text && formatDate(text);

export const KINDS = {
  Condition: {
    title: 'Health problems',
    params: '_sort=-onset-date',
    newest: 'clinical-status=active,recurrence,relapse',
    of: (each: Condition): Line => ({
      name: conceptText(each.code),
      date: each.onsetDateTime ?? each.recordedDate,
      note: verification(each) ?? state(each.clinicalStatus?.coding?.[0]?.code),
      concept: each.code,
      facts: [
        ['Since', whenText(each, 'onset')],
        ['Over since', whenText(each, 'abatement')],
        ['Written down', day(each.recordedDate)],
        ['By', names([each.recorder ?? each.asserter])],
        ['Severity', each.severity && conceptText(each.severity)],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  AllergyIntolerance: {
    title: 'Allergies',
    params: '_sort=-date',
    of: (each: AllergyIntolerance): Line => ({
      name: conceptText(each.code),
      date: each.recordedDate ?? each.onsetDateTime,
      note: each.reaction?.[0]?.manifestation?.[0] && conceptText(each.reaction[0].manifestation[0]),
      concept: each.code,
      facts: [
        ['Reaction', texts(each.reaction?.flatMap(({ manifestation }) => manifestation))],
        ['Severity', state(each.reaction?.[0]?.severity)],
        ['Danger', state(each.criticality)],
        ['State', state(each.clinicalStatus?.coding?.[0]?.code)],
        ['Written down', day(each.recordedDate)],
        ['By', names([each.recorder ?? each.asserter])],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  Immunization: {
    title: 'Vaccinations',
    params: 'status=completed&_sort=-date',
    of: (each: Immunization): Line => ({
      name: vaccineName(each.vaccineCode),
      date: each.occurrenceDateTime,
      concept: each.vaccineCode,
      facts: [
        ['Official name', officialVaccineName(each.vaccineCode)],
        ['Given', whenText(each, 'occurrence')],
        ['By', names(each.performer?.map(({ actor }) => actor))],
        ['Maker', each.manufacturer?.display],
        ['Lot number', each.lotNumber],
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
      date: each.performedDateTime ?? each.performedPeriod?.start,
      note: each.status === 'completed' ? undefined : state(each.status),
      concept: each.code,
      facts: [
        ['Date', whenText(each, 'performed')],
        ['By', names(each.performer?.map(({ actor }) => actor))],
        ['Where', each.location?.display],
        ['Why', texts(each.reasonCode)],
        ['Outcome', each.outcome && conceptText(each.outcome)],
        ['Comment', notes(each.note)],
      ],
    }),
  },
  Encounter: {
    title: 'Visits on record',
    params: '_sort=-date',
    of: (each: Encounter): Line => ({
      name: conceptText(each.type?.[0]),
      date: each.period?.start,
      note: names(each.participant?.map(({ individual }) => individual)),
      facts: [
        ['When', each.period?.start && formatDateTime(each.period.start)],
        ['With', names(each.participant?.map(({ individual }) => individual))],
        ['Where', names(each.location?.map(({ location }) => location))],
        ['Why', texts(each.reasonCode) ?? names(each.reasonReference)],
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
        ['Asked for', day(each.authoredOn)],
        ['By', names([each.requester])],
        ['To', names(each.performer) ?? (each.performerType && conceptText(each.performerType))],
        ['When', day(each.occurrenceDateTime ?? each.occurrencePeriod?.start)],
        ['Why', texts(each.reasonCode) ?? names(each.reasonReference)],
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
      note: names(each.author),
      facts: [
        ['Date', day(each.date)],
        ['By', names(each.author)],
        ['Kind', each.type && conceptText(each.type)],
      ],
    }),
  },
  Goal: {
    title: 'Goals',
    params: '',
    of: (each: Goal): Line => ({
      name: conceptText(each.description),
      date: each.startDate,
      note: state(each.lifecycleStatus),
      facts: [
        ['Since', day(each.startDate)],
        ['Until', day(each.target?.[0]?.dueDate)],
        ['How far', each.achievementStatus && conceptText(each.achievementStatus)],
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
      note: names(membersOf(each).map(({ member }) => member)),
      facts: membersOf(each).map(
        ({ role, member }): Fact => ['Member', [member?.display, texts(role)].filter(Boolean).join(', ')],
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
