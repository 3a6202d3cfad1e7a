/**
 * What waits for the care team: which version of a resource brings work, and which one ends it. Pure; work-items.ts makes Tasks of it. By what a resource says and
 * not by who wrote it, so that what comes by another system waits in the same queue; what is long past (imports, sample data) is no work. Nothing of what it says goes into the Task: who may see that something waits may not read it therefore.
 */
import { inMilliseconds } from '@wellspring/profiles';
import { NOT_FOR_PATIENTS } from '../../access/labels.ts';
import { sameLabel, securityOf } from '../../access/sent-labels.ts';
import { inOneOrder } from '../text/in-one-order.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { proposedSlots } from '../visits/proposed-times.ts';
import { hasTurns, insteadOf } from '../visits/waiting-list.ts';

/** Codes of `urn:wellspring:task`, in Task.code. */
export type WorkKind =
  | 'message'
  | 'visit-request'
  | 'booking'
  | 'result-release'
  | 'result'
  | 'insurance'
  | 'questionnaire-alarm'
  | 'document';

/** Who it waits for, until somebody takes it: codes of `urn:wellspring:staff-role`, in Task.performerType. */
export type Pool = 'nurse' | 'clinician' | 'front-desk';

export interface Work {
  readonly kind: WorkKind;
  readonly pool: Pool;
  readonly isUrgent: boolean;
  /** When it came: FHIR dateTime; '': it does not say, and comes now. */
  readonly since: string;
  /** `Practitioner/…`: to whom it was sent, where that is one person. */
  readonly owner?: { readonly reference: string; readonly display?: string };
  readonly requester?: string;
  /** Of a result that is finished, which comes again in another version: which. */
  readonly stage?: string;
}

interface Reference {
  readonly reference?: string;
  readonly display?: string;
}
interface Coding {
  readonly system?: string;
  readonly code?: string;
  readonly display?: string;
}
interface Concept {
  readonly coding?: readonly Coding[];
}

type Rule = (resource: ResourceJson, from: Origin) => Work | undefined;

/** Who writes it. */
export interface Origin {
  readonly isPatientSide: boolean;
  readonly isSystem: boolean;
}

const RECENT_MS = 30 * 86_400_000;
const PERSON = /^(Patient|RelatedPerson)\//;

const as = <T>(value: unknown): T | undefined => value as T | undefined;
const list = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);
const requesterOf = (reference: Reference | undefined): { requester?: string } =>
  PERSON.test(reference?.reference ?? '') ? { requester: reference?.reference as string } : {};

/** Who is asked, where it is one person: a team's message is for whoever takes it. */
function onePerson(asked: readonly Reference[]): Pick<Work, 'owner'> {
  const [first, ...more] = asked;
  if (more.length > 0 || !first?.reference?.startsWith('Practitioner/')) return {};
  const { reference, display } = first;
  return { owner: { reference, ...(display === undefined ? {} : { display }) } };
}

function message(resource: ResourceJson): Work | undefined {
  const sender = as<Reference>(resource.sender);
  if (
    resource.status !== 'completed' ||
    list(resource.payload).length === 0 ||
    !PERSON.test(sender?.reference ?? '')
  )
    return undefined;
  return {
    kind: 'message',
    pool: 'nurse',
    isUrgent: ['urgent', 'asap', 'stat'].includes(String(resource.priority)),
    since: String(resource.sent ?? ''),
    ...onePerson(list<Reference>(resource.recipient)),
    ...requesterOf(sender),
  };
}

function visit(resource: ResourceJson, { isPatientSide }: Origin): Work | undefined {
  const isAsked = ['proposed', 'pending', 'waitlist'].includes(String(resource.status));
  const isBooked = resource.status === 'booked' && isPatientSide;
  // A time that is held for ten minutes while somebody decides is no request yet.
  const isHeld = resource.status === 'pending' && resource.slot !== undefined;
  // The server looks after these: whoever has had an offer was put on the list, whoever has a visit already wants an earlier one.
  const isInTurn =
    resource.status === 'waitlist' && (hasTurns(resource) || insteadOf(resource) !== undefined);
  const isTheirs = proposedSlots(resource).length > 0;
  if ((!isAsked && !isBooked) || isHeld || isInTurn || isTheirs) return undefined;
  const actors = list<{ actor?: Reference }>(resource.participant).flatMap(({ actor }) => actor ?? []);
  return {
    kind: isAsked ? 'visit-request' : 'booking',
    pool: 'front-desk',
    isUrgent: false,
    since: String(resource.created ?? ''),
    ...onePerson(actors.filter(({ reference }) => reference?.startsWith('Practitioner/'))),
    ...requesterOf(actors.find(({ reference }) => PERSON.test(reference ?? ''))),
  };
}

/** Waits to be released, also where it is finished and kept from the patient; or was released as it came, and for whoever ordered it to take note of. */
function report(resource: ResourceJson): Work | undefined {
  const status = String(resource.status);
  const isFinished = FINISHED.includes(status);
  if (!isFinished && !['registered', 'partial', 'preliminary'].includes(status)) return undefined;
  const isKept = isKeptFromPatient(resource);
  const issued = String(resource.issued ?? resource.effectiveDateTime ?? '');
  return {
    kind: isFinished && !isKept ? 'result' : 'result-release',
    pool: 'clinician',
    isUrgent: false,
    since: issued,
    ...onePerson(list<Reference>(resource.resultsInterpreter)),
    ...(isFinished ? { stage: isKept ? contentOf(resource) : stageOf(status, issued) } : {}),
  };
}

/** Of reports: whoever reads it reads its values. */
export const isTelling = ({ status }: ResourceJson): boolean =>
  status !== 'entered-in-error' && status !== 'cancelled';

const FINISHED: readonly string[] = ['final', 'amended', 'corrected', 'appended'];

/** What was put right is looked at again. */
const stageOf = (status: string, issued: string): string =>
  status === 'final' ? status : `${status} ${issued}`;

export const isKeptFromPatient = (resource: ResourceJson): boolean =>
  securityOf(resource).some((label) => sameLabel(label, NOT_FOR_PATIENTS));

/** What a colleague decided to keep was what it said then, in whatever order its members come. */
export function contentOf(resource: ResourceJson): string {
  const { resourceType: _, id: __, meta: ___, text: ____, ...content } = resource;
  return inOneOrder(content);
}

/** One that no report has told yet: nobody waits for the report where somebody may be in danger. */
function criticalValue(resource: ResourceJson, { isSystem }: Origin): Work | undefined {
  const isThere = ['preliminary', ...FINISHED].includes(String(resource.status));
  const categories = list<Concept>(resource.category).flatMap(({ coding }) => list<Coding>(coding));
  if (!isThere || !isSystem || !isCriticalValue(resource) || categories.some(isMeasured)) return undefined;
  return {
    kind: 'result',
    pool: 'clinician',
    isUrgent: true,
    since: String(resource.issued ?? resource.effectiveDateTime ?? ''),
    stage: 'critical',
  };
}

/** observation-category: what is measured or asked where the patient is, by somebody who sees it. */
const MEASURED: ReadonlySet<string | undefined> = new Set([
  'vital-signs',
  'social-history',
  'survey',
  'activity',
]);
const isMeasured = ({ code }: Coding): boolean => MEASURED.has(code);

/** v3-ObservationInterpretation: critical, critically low, critically high. */
const CRITICAL: ReadonlySet<string | undefined> = new Set(['AA', 'LL', 'HH']);

/** By what the laboratory says of it, or of a part of it. */
export const isCriticalValue = (resource: ResourceJson): boolean =>
  [resource, ...list<ResourceJson>(resource.component)].some(({ interpretation }) =>
    list<Concept>(interpretation).some(({ coding }) =>
      list<Coding>(coding).some(({ code }) => CRITICAL.has(code)),
    ),
  );

/** A value that somebody heeds: it is critical, or withheld from the patient. */
export const isHeeded = (resource: ResourceJson): boolean =>
  isCriticalValue(resource) || isKeptFromPatient(resource);

function coverage(resource: ResourceJson): Work | undefined {
  if (resource.status !== 'draft') return undefined;
  return {
    kind: 'insurance',
    pool: 'front-desk',
    isUrgent: false,
    since: new Date().toISOString(),
    ...requesterOf(as<Reference>(resource.beneficiary)),
  };
}

interface Item {
  readonly linkId?: string;
  readonly answer?: readonly {
    readonly valueCoding?: { readonly code?: string; readonly extension?: readonly Ordinal[] };
    readonly valueInteger?: number;
    readonly valueDecimal?: number;
    readonly item?: readonly Item[];
  }[];
  readonly item?: readonly Item[];
}
interface Ordinal {
  readonly url?: string;
  readonly valueDecimal?: number;
}

/** LOINC 44260-8, the last question of PHQ-9: thoughts of death or of hurting oneself. */
const SELF_HARM = /(^|\/)44260-8$/;
/** LOINC LA6568-5, "Not at all": the one answer that is no alarm. */
const NOT_AT_ALL = 'LA6568-5';

const itemsOf = (items: readonly Item[]): readonly Item[] =>
  items.flatMap((each) => [
    each,
    ...itemsOf(list<Item>(each.item)),
    ...list<NonNullable<Item['answer']>[number]>(each.answer).flatMap(({ item }) =>
      itemsOf(list<Item>(item)),
    ),
  ]);

/** Whatever is not plainly a "no" wants somebody to look. */
function isAlarming({ linkId, answer = [] }: Item): boolean {
  if (!SELF_HARM.test(linkId ?? '')) return false;
  return answer.some(({ valueCoding, valueInteger, valueDecimal }) => {
    if (valueCoding === undefined) return (valueInteger ?? valueDecimal ?? 0) > 0;
    const points = valueCoding.extension?.find(({ url }) => url?.endsWith('/ordinalValue'))?.valueDecimal;
    return valueCoding.code === NOT_AT_ALL ? false : points === undefined || points > 0;
  });
}

function answers(resource: ResourceJson): Work | undefined {
  const isDone = ['completed', 'amended'].includes(String(resource.status));
  if (!isDone || !itemsOf(list<Item>(resource.item)).some(isAlarming)) return undefined;
  return {
    kind: 'questionnaire-alarm',
    pool: 'nurse',
    isUrgent: true,
    since: String(resource.authored ?? ''),
    ...requesterOf(as<Reference>(resource.author)),
  };
}

/** Handed in or sent by somebody else; a colleague's note that is not signed yet is the colleague's. A card that came with insurance is looked at with it. */
function document(resource: ResourceJson, { isPatientSide, isSystem }: Origin): Work | undefined {
  const related = list<Reference>(as<{ related?: unknown }>(resource.context)?.related);
  const isOfInsurance = related.some(({ reference }) => /^(Coverage\/|urn:uuid:)/.test(reference ?? ''));
  const isNew = resource.status === 'current' && resource.docStatus === 'preliminary';
  if (!isNew || isOfInsurance || !(isPatientSide || isSystem)) return undefined;
  return {
    kind: 'document',
    pool: 'nurse',
    isUrgent: false,
    since: String(resource.date ?? ''),
    ...requesterOf(list<Reference>(resource.author)[0]),
  };
}

const RULES: Readonly<Record<string, Rule>> = {
  Appointment: visit,
  Communication: message,
  Coverage: coverage,
  DiagnosticReport: report,
  DocumentReference: document,
  Observation: criticalValue,
  QuestionnaireResponse: answers,
};

export const bringsWork = (type: string): boolean => Object.hasOwn(RULES, type);

/** What this version wants of the care team; undefined: nothing, or nothing any more. */
export const workOf = (resource: ResourceJson, from: Origin): Work | undefined =>
  RULES[resource.resourceType]?.(resource, from);

/** What another system had for so long was looked at there. */
const RESULT_RECENT_MS = 7 * 86_400_000;

/** `isKnown`: it was here before, in another state. */
export const isRecent = ({ stage, since }: Work, now: number, isKnown: boolean): boolean =>
  since === '' ||
  now - inMilliseconds(since) < (stage !== undefined && !isKnown ? RESULT_RECENT_MS : RECENT_MS);

/** The clinic's side has written: a conversation is answered by it. */
export const isAnswer = ({ resourceType, sender, payload }: ResourceJson): boolean =>
  resourceType === 'Communication' &&
  list(payload).length > 0 &&
  /^(Practitioner|PractitionerRole|Organization|CareTeam)\//.test(as<Reference>(sender)?.reference ?? '');

/** Task.code of a renewal that a patient asks for. */
export const REFILL = 'http://snomed.info/sct|103742009';

/** Pools of what patients ask by a Task of their own. */
const ASKED: Readonly<Record<string, Pool>> = {
  [REFILL]: 'nurse',
  'urn:wellspring:task|profile-correction': 'front-desk',
  'urn:wellspring:task|letter': 'nurse',
};

/** Whose pool a patient's own Task goes to; undefined: it says so itself, or is none that the desk knows. */
export function poolOf(task: ResourceJson): Pool | undefined {
  if (task.resourceType !== 'Task' || task.performerType !== undefined) return undefined;
  const coding = as<Concept>(task.code)?.coding ?? [];
  return coding.map(({ system, code }) => ASKED[`${system}|${code}`]).find((each) => each !== undefined);
}
