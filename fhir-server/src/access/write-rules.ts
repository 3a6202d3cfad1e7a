/**
 * What a patient-level token may write, whole: a type without a row can't be written, an element or a status change without one neither, and nothing is deleted.
 * Besides: `meta` is the clinic's, `text` is never the patient's (patient-side.ts), and whose record it is never changes (check-write.ts).
 */
import { inMilliseconds } from '@wellspring/profiles';
import { PLAN_ACTIVITY } from '@wellspring/profiles/plan-activity';
import type { AccessContext } from './access-context.ts';
import { selfOf } from './authorship.ts';

export type Json = Readonly<Record<string, unknown>> & {
  readonly resourceType: string;
  readonly id?: string;
};
export type WriteInteraction = 'c' | 'u' | 'd';

/** What is wrong, in words that begin with the element; undefined: nothing. */
type Fault = string | undefined;

export interface PatientCreate {
  readonly status?: readonly string[];
  /** The element that must name the person signed in, and nobody else. */
  readonly author?: string;
  /** Elements by which the clinic speaks. */
  readonly never?: readonly string[];
  readonly check?: (resource: Json, access: AccessContext) => Fault;
}

export interface PatientChange {
  /** `themselves`: only what was written from the patient's side and not changed by the clinic since (authorship.ts). */
  readonly by: 'themselves' | 'anybody';
  /** Further, where this row counts at all. */
  readonly where?: (before: Json, access: AccessContext) => boolean;
  /** What may differ besides `status`. */
  readonly elements: readonly string[];
  /** Status from → to; another one stays as it is. */
  readonly status?: Readonly<Record<string, readonly string[]>>;
  /** `now`: milliseconds. */
  readonly check?: (after: Json, before: Json, access: AccessContext, now: number) => Fault;
}

export interface PatientRule {
  readonly create?: PatientCreate;
  readonly changes?: readonly PatientChange[];
}

interface Reference {
  readonly reference?: string;
}
interface Participant {
  readonly actor?: Reference;
  readonly status?: string;
}

const referenceOf = (value: unknown): string | undefined => (value as Reference | undefined)?.reference;

/** What patients hand in, by LOINC: a health insurance card, and a paper or form of theirs (Patient Note). Nothing that could pass for the clinic's own. */
const HANDED_IN: ReadonlySet<string> = new Set(['64290-0', '51855-5']);

function isHandedIn({ type, docStatus }: Json): Fault {
  const coding =
    (type as { coding?: readonly { system?: string; code?: string }[] } | undefined)?.coding ?? [];
  const [only] = coding;
  if (coding.length !== 1 || only?.system !== 'http://loinc.org' || !HANDED_IN.has(only.code ?? ''))
    return 'type must be LOINC 64290-0, a health insurance card, or 51855-5, a patient’s own paper.';
  // A paper waits until the clinic has looked at it; a card is looked at with the insurance that it is of.
  return docStatus === 'preliminary' || (docStatus === undefined && only.code === '64290-0')
    ? undefined
    : 'docStatus must be preliminary.';
}

const PHARMACY = 'http://hl7.org/fhir/StructureDefinition/patient-preferredPharmacy';

/** Race, birth sex and the like are extensions too, and the clinic's to change. */
function onlyPharmacyOfExtensions(after: Json, before: Json): Fault {
  const others = ({ extension }: Json): string =>
    JSON.stringify(((extension ?? []) as { url?: string }[]).filter(({ url }) => url !== PHARMACY));
  return others(after) === others(before) ? undefined : `extension may differ by ${PHARMACY} only.`;
}

const participants = ({ participant }: Json): readonly Participant[] => (participant ?? []) as Participant[];

/** Nobody accepts for somebody else. */
function othersAreAsked(resource: Json): Fault {
  const owner = (each: Participant): boolean => referenceOf(each.actor)?.startsWith('Patient/') === true;
  return participants(resource).every((each) => owner(each) || each.status === 'needs-action')
    ? undefined
    : 'participant: the others are asked: status must be needs-action.';
}

/** System of Task.code: what waits for the care team. */
export const WORK_KINDS = 'urn:wellspring:task';

/** Extension of an Appointment that was asked for: a slot that the clinic proposes (repository/visits/proposed-times.ts). */
export const PROPOSED_SLOT = 'urn:wellspring:proposed-slot';

/** Extension of an Appointment, a Slot or a Schedule: `…/5.0/StructureDefinition/extension-Appointment.virtualService`, of another type, or of a guide of its own. */
export const VIRTUAL_SERVICE = /virtual-?service$/i;

/** Extensions by which this server and the clinic say what is kept and offered (repository/visits/slot-hold.ts, waiting-list.ts). */
const OF_THE_LIST: ReadonlySet<unknown> = new Set([
  PROPOSED_SLOT,
  'urn:wellspring:offered-slot',
  'urn:wellspring:offer-asked-virtual',
  'urn:wellspring:offer-ran-out',
  'urn:wellspring:offer-withdrawn',
  'urn:wellspring:slot-held-until',
  'urn:wellspring:slot-held-for',
]);

export const isOfTheList = (url: unknown): boolean => OF_THE_LIST.has(url);

const list = (value: unknown): readonly { readonly url?: string }[] => (Array.isArray(value) ? value : []);

/** By which an app knows again what it sent, and nobody else's by chance. */
const isOfTheApp = ({ system, value }: { readonly system?: string; readonly value?: string }): boolean =>
  system === 'urn:wellspring:sent' || (system === 'urn:ietf:rfc:3986' && /^urn:uuid:/i.test(value ?? ''));

/**
 * Other numbers of visits are of whoever keeps the diary, which finds its own by them. Of a visit the mark says who changed it last: what it came from is not told by that
 * (authorship.ts), as it is of everything else that patients write (interactions/condition.ts).
 */
const areNumbersOfTheApp = ({ identifier }: Json): Fault =>
  (list(identifier) as readonly Parameters<typeof isOfTheApp>[0][]).every(isOfTheApp)
    ? undefined
    : 'identifier: the clinic gives the numbers of visits; yours are urn:uuid.';

/** Days that suit, as periods: each is held against each free time. */
const MOST_PERIODS = 50;

/** They put themselves on the waiting list for a visit that they have; for another one the clinic does. */
function waitsForEarlier({
  status,
  extension,
  requestedPeriod,
  supportingInformation,
  slot,
  start,
}: Json): Fault {
  if (list(extension).some(({ url }) => isOfTheList(url)))
    return 'extension: times are the clinic’s to propose, to offer and to keep.';
  if (list(requestedPeriod).length > MOST_PERIODS)
    return `requestedPeriod has ${MOST_PERIODS} entries at most.`;
  if (list(extension).some(({ url }) => VIRTUAL_SERVICE.test(url ?? '')))
    return 'extension: where a meeting is, is the clinic’s to say.';
  if (status !== 'waitlist') return undefined;
  const [visit, ...more] = (supportingInformation ?? []) as readonly Reference[];
  if (more.length > 0 || !/^Appointment\//.test(visit?.reference ?? ''))
    return 'supportingInformation must name the booked visit that an earlier time is asked for, and nothing else.';
  return slot === undefined && start === undefined ? undefined : 'slot and start are the clinic’s to offer.';
}

/** Their own answer to the invitation, and nothing else of it. */
function onlyOwnParticipation(after: Json, before: Json, access: AccessContext): Fault {
  const own = new Set([selfOf(access), `Patient/${access.patient ?? access.fhirUser?.id}`]);
  const compared = (each: Participant): object =>
    own.has(referenceOf(each.actor) ?? '') ? { ...each, status: '' } : each;
  return JSON.stringify(participants(after).map(compared)) ===
    JSON.stringify(participants(before).map(compared))
    ? undefined
    : 'participant may differ by your own status only.';
}

/** A message to them that they have not marked yet: what they wrote is for others to say that it arrived. */
const isUnreadToThem = (before: Json, access: AccessContext): boolean =>
  before.received === undefined && referenceOf(before.sender) !== selfOf(access);

/** What waits for the care team is filed by this server (repository/work/work-items.ts): of its kinds a patient asks for these by a Task of their own. */
const ASKED_BY_TASK: ReadonlySet<unknown> = new Set(['profile-correction', 'letter']);

function isNoneOfTheQueue({ code }: Json): Fault {
  const codings = (code as { coding?: readonly { system?: string; code?: string }[] } | undefined)?.coding;
  const isFiled = codings?.some((each) => each.system === WORK_KINDS && !ASKED_BY_TASK.has(each.code));
  return isFiled ? 'code is one of those that the clinic’s queue is made of.' : undefined;
}

/** Who asks the clinic for something is not who answers it. */
const isTheirsToAnswer = (task: Json, access: AccessContext): Fault =>
  isTheirsToDo(task, access)
    ? 'owner is whoever does it: a Task for the patient to do is the clinic’s to ask for.'
    : undefined;

/** Why a status changed is told by who changes it, and stays: what the clinic said of its answer is its own. */
const onlyWithStatus =
  (reason: string) =>
  (after: Json, before: Json): Fault =>
    after.status === before.status && JSON.stringify(after[reason]) !== JSON.stringify(before[reason])
      ? `${reason} may differ together with status only.`
      : undefined;

const taskReason = onlyWithStatus('statusReason');

/** One of several is not all of them (docs/decisions/0034): the Task stays the clinic's to close. */
const isDoneAsAsked = (after: Json, before: Json): Fault => {
  const { repetitions = 1 } = (before.restriction ?? {}) as { readonly repetitions?: number };
  return after.status === 'completed' && before.status !== 'completed' && repetitions > 1
    ? `status: it is asked for ${repetitions} times, and is the clinic’s to close.`
    : undefined;
};
const cancelReason = onlyWithStatus('cancelationReason');

const CANCELLATION = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';

/** Not the clinic's: codes of the patient begin with `pat`. */
function isReasonOfTheirs(after: Json, before: Json): Fault {
  if (JSON.stringify(after.cancelationReason) === JSON.stringify(before.cancelationReason)) return undefined;
  const { coding } = (after.cancelationReason ?? {}) as {
    readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
  };
  const isOthers = coding?.some(
    ({ system, code = '' }) => system === CANCELLATION && !/^(?:pat|other$)/.test(code),
  );
  return isOthers ? 'cancelationReason must be one of the patient’s.' : undefined;
}

/** Of a visit that is over, by whatever end, nobody says afterwards whether they would have come. */
const isStillToCome = ({ status }: Json): boolean =>
  ['proposed', 'pending', 'waitlist', 'booked', 'arrived', 'checked-in'].includes(String(status));

const HOUR_MS = 3_600_000;
const HERE: ReadonlySet<unknown> = new Set(['arrived', 'checked-in']);

const timeOf = (value: unknown): number | undefined =>
  typeof value === 'string' ? inMilliseconds(value) : undefined;

/** Of a visit that has its time. */
export function hasBegun({ status, start }: Json, now: number): boolean {
  const begins = timeOf(start);
  return status === 'booked' && begins !== undefined && begins <= now;
}

/** They are here when the visit is, as the portal asks it: from two hours before it begins until an hour after its end. Once it has begun, it is not theirs to give up either. */
function atItsTime(after: Json, before: Json, now: number): Fault {
  if (HERE.has(after.status) && after.status !== before.status) {
    const begins = timeOf(before.start) ?? Number.POSITIVE_INFINITY;
    const ends = timeOf(before.end) ?? begins;
    return now >= begins - 2 * HOUR_MS && now <= ends + HOUR_MS
      ? undefined
      : 'status: that you are here is said from two hours before the visit until an hour after it.';
  }
  const isSame =
    after.status === before.status &&
    JSON.stringify(after.participant) === JSON.stringify(before.participant);
  return isSame || !hasBegun(before, now)
    ? undefined
    : 'status: the visit has begun, what becomes of it is the clinic’s to say.';
}

/** The patient's, or their own who act for the patient: nobody does in somebody else's place what a proxy was asked to do. */
const isTheirsToDo = ({ owner }: Json, access: AccessContext): boolean => {
  const whose = referenceOf(owner);
  return whose?.startsWith('Patient/') === true || whose === selfOf(access);
};
const isAskedByThem = ({ requester }: Json, access: AccessContext): boolean =>
  referenceOf(requester) === selfOf(access);

const to = (statuses: readonly string[], ...next: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(statuses.map((status) => [status, next]));

/** Whose answers they are: their own, or the patient's whom they write for. */
function areTheirAnswers({ source }: Json, access: AccessContext): Fault {
  const own = [selfOf(access), `Patient/${access.patient ?? access.fhirUser?.id}`];
  return source === undefined || own.includes(referenceOf(source) ?? '')
    ? undefined
    : `source must be ${own[0]} or the patient.`;
}

const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
/** What people observe of themselves; the others (laboratory, imaging, exam, procedure, therapy) are what the clinic does. */
const OWN_CATEGORIES: ReadonlySet<unknown> = new Set(['vital-signs', 'activity', 'social-history', 'survey']);

/** What they measured is no result of the clinic's, in whatever words. */
function isOwnMeasurement({ category, component }: Json): Fault {
  const codings = list(category).map(
    (each) => (each as { coding?: readonly { system?: string; code?: string }[] }).coding ?? [],
  );
  const isOwn = codings.every(
    (some) =>
      some.length > 0 &&
      some.every(({ system, code }) => system === OBSERVATION_CATEGORY && OWN_CATEGORIES.has(code)),
  );
  if (!isOwn) return `category must be of ${OBSERVATION_CATEGORY}: ${[...OWN_CATEGORIES].join(', ')}.`;
  const judged = (list(component) as readonly Json[]).some(
    ({ interpretation, referenceRange }) => interpretation !== undefined || referenceRange !== undefined,
  );
  return judged ? 'component: interpretation and referenceRange are for the clinic to say.' : undefined;
}

/** What they measured answers no order; what they ticked off of a plan names the plan, and says nothing but that it was done. */
function isMeasuredOrTicked(observation: Json): Fault {
  const { basedOn, code, valueBoolean, component } = observation;
  const codings = (code as { coding?: readonly { system?: string }[] } | undefined)?.coding ?? [];
  const isTick = codings.length === 1 && codings[0]?.system === PLAN_ACTIVITY;
  if (!isTick)
    return basedOn === undefined ? isOwnMeasurement(observation) : 'basedOn is for the clinic to say.';
  const [plan, ...more] = list(basedOn) as readonly Reference[];
  if (more.length > 0 || !/^CarePlan\//.test(plan?.reference ?? ''))
    return 'basedOn must name the CarePlan whose activity was done, and nothing else.';
  if (valueBoolean !== true) return 'valueBoolean must be true: what was not done is not ticked off.';
  return component === undefined
    ? isOwnMeasurement(observation)
    : 'component has no place where something is ticked off.';
}

const isDraft = ({ status }: Json): boolean => status === 'draft';
const isInProgress = ({ status }: Json): boolean => status === 'in-progress';

export const PATIENT_RULES: Readonly<Record<string, PatientRule>> = {
  Appointment: {
    create: {
      status: ['proposed', 'waitlist'],
      check: (each) => othersAreAsked(each) ?? areNumbersOfTheApp(each) ?? waitsForEarlier(each),
    },
    changes: [
      {
        by: 'anybody',
        where: isStillToCome,
        elements: ['cancelationReason', 'participant'],
        status: {
          ...to(['proposed', 'pending', 'waitlist'], 'cancelled'),
          booked: ['cancelled', 'arrived', 'checked-in'],
          arrived: ['checked-in'],
        },
        check: (after, before, access, now) =>
          cancelReason(after, before) ??
          isReasonOfTheirs(after, before) ??
          onlyOwnParticipation(after, before, access) ??
          atItsTime(after, before, now),
      },
    ],
  },
  Communication: {
    create: {
      status: ['completed', 'in-progress'],
      author: 'sender',
      check: ({ received }) => (received === undefined ? undefined : 'received is for who receives it.'),
    },
    changes: [
      { by: 'anybody', where: isUnreadToThem, elements: ['received'] },
      { by: 'themselves', elements: [], status: { 'in-progress': ['completed'] } },
    ],
  },
  // A Consent binds when the clinic makes it active.
  Consent: {
    create: { status: ['proposed', 'draft'], never: ['organization', 'verification'] },
    changes: [
      {
        by: 'themselves',
        elements: [],
        status: { draft: ['proposed', 'inactive'], proposed: ['inactive'] },
      },
    ],
  },
  // What a patient says of their insurance waits for the clinic, which makes it active.
  Coverage: {
    create: { status: ['draft'] },
    changes: [
      {
        by: 'themselves',
        where: isDraft,
        elements: ['payor', 'subscriberId', 'period', 'class', 'type'],
        status: { draft: ['cancelled'] },
      },
    ],
  },
  DocumentReference: {
    create: {
      status: ['current'],
      author: 'author',
      never: ['authenticator', 'custodian', 'relatesTo', 'securityLabel'],
      check: isHandedIn,
    },
    changes: [{ by: 'themselves', elements: [], status: { current: ['superseded', 'entered-in-error'] } }],
  },
  MedicationStatement: {
    create: {
      status: ['active', 'completed', 'intended', 'on-hold', 'stopped'],
      author: 'informationSource',
    },
    changes: [
      {
        by: 'themselves',
        elements: ['effectivePeriod', 'effectiveDateTime', 'note', 'dosage'],
        status: {
          active: ['completed', 'stopped', 'on-hold', 'entered-in-error'],
          intended: ['active', 'not-taken', 'entered-in-error'],
          'on-hold': ['active', 'stopped', 'entered-in-error'],
          stopped: ['active', 'entered-in-error'],
          completed: ['active', 'entered-in-error'],
        },
      },
    ],
  },
  Observation: {
    create: {
      status: ['final'],
      author: 'performer',
      never: [
        'derivedFrom',
        'encounter',
        'focus',
        'hasMember',
        'interpretation',
        'issued',
        'method',
        'partOf',
        'referenceRange',
        'specimen',
      ],
      check: isMeasuredOrTicked,
    },
    changes: [{ by: 'themselves', elements: [], status: { final: ['entered-in-error'] } }],
  },
  Patient: {
    changes: [
      {
        by: 'anybody',
        elements: ['telecom', 'address', 'contact', 'communication', 'extension'],
        check: onlyPharmacyOfExtensions,
      },
    ],
  },
  QuestionnaireResponse: {
    create: { status: ['in-progress', 'completed'], author: 'author', check: areTheirAnswers },
    changes: [
      {
        by: 'themselves',
        where: isInProgress,
        elements: ['item', 'authored'],
        status: { 'in-progress': ['completed', 'stopped'] },
      },
    ],
  },
  // What the clinic asked of the patient is theirs to finish; what they asked of the clinic, theirs to take back while it is open.
  Task: {
    create: {
      status: ['requested', 'draft'],
      author: 'requester',
      never: ['output', 'executionPeriod', 'businessStatus', 'statusReason', 'groupIdentifier'],
      check: (task, access) => isNoneOfTheQueue(task) ?? isTheirsToAnswer(task, access),
    },
    changes: [
      {
        by: 'anybody',
        where: isTheirsToDo,
        elements: ['statusReason'],
        status: to(['requested', 'received', 'accepted', 'ready', 'in-progress'], 'completed', 'cancelled'),
        check: (after, before) => taskReason(after, before) ?? isDoneAsAsked(after, before),
      },
      {
        by: 'anybody',
        where: isAskedByThem,
        elements: ['statusReason'],
        status: {
          draft: ['requested', 'cancelled'],
          ...to(['requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'], 'cancelled'),
        },
        check: taskReason,
      },
    ],
  },
};
