/** A visit in plain words: what was found, what changed, what was done, what to do, what comes next. By references to the visit alone; nothing is guessed by date. */
import type {
  Appointment,
  CarePlan,
  CarePlanActivity,
  DiagnosticReport,
  DocumentReference,
  Encounter,
  Observation,
  Reference,
  Resource,
  ServiceRequest,
} from '@medplum/fhirtypes';
import { isUpcoming, place, reason, withWhom } from '../../format/appointment.ts';
import { formatDate, formatDateTime, newestFirst, timeOf } from '../../format/date.ts';
import { isOutside } from '../../format/flag.ts';
import { flagOf } from '../../format/flag-of.ts';
import { isOrder, isOrdered } from '../../format/medicine.ts';
import { isFromClinic, isMessage, textOf } from '../../format/message.ts';
import { isPanel } from '../../format/observation.ts';
import { idOf } from '../../format/reference.ts';
import { lookUp } from '../../format/table.ts';
import { valueText } from '../../format/value.ts';
import { conceptText, testName } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { isWithdrawn } from '../../smart/fhir.ts';
import { type Entry, lineOf } from '../entries/kinds.ts';
import { isReferral, orderState } from '../entries/orders.ts';
import { outsideWords } from '../results/orders.ts';
import { unusualStatus } from '../results/words.ts';
import type { VisitLine } from './line.ts';
import { medicineChanges } from './medicine-changes.ts';

export interface VisitSection {
  readonly title: Text;
  /** All of it in one line. */
  readonly lead?: string | undefined;
  readonly lines: readonly VisitLine[];
  /** What is read as it was written. */
  readonly documents?: readonly DocumentReference[];
}

export interface VisitSummary {
  /** Those that have something to say. */
  readonly sections: readonly VisitSection[];
  /** Notes and letters of the visit. */
  readonly documents: readonly DocumentReference[];
}

/** `found`: what was read of the record (at-visit.ts); what is not of this visit, or was entered in error, is left out here. */
export function summaryOf(visit: Encounter, found: readonly Resource[], now = Date.now()): VisitSummary {
  const valid = onceEach(found).filter((each) => !isWithdrawn(each));
  const mine = valid.filter((each) => isOfVisit(each, visit));
  const papers = of(mine, 'DocumentReference').filter(({ status }) => status !== 'superseded');
  const instructions = papers.filter(isInstruction);
  const coming = of(valid, 'Appointment').filter((each) => each.status === 'booked' && isUpcoming(each, now));
  const orders = of(mine, 'ServiceRequest').filter((each) => isOrdered(each) && each.status !== 'draft');
  const [toLeave, toDo] = [orders.filter((each) => each.doNotPerform), orders.filter(isOrder)];
  const results = resultsOf(mine);
  const sections: readonly VisitSection[] = [
    {
      title: 'What was found',
      lead: results.length > 1 ? outsideWords(results) : undefined,
      lines: [
        ...of(mine, 'Condition').map(entryLine),
        ...results.map(resultLine),
        ...of(mine, 'DiagnosticReport')
          .filter((each) => !isToldByValues(each, mine))
          .map(reportLine),
      ],
    },
    {
      title: 'What changed',
      lines: medicineChanges([...mine, ...of(valid, 'Medication')]),
    },
    { title: 'What was done', lines: mine.filter(isDone).map((each) => entryLine(each as Entry)) },
    {
      title: 'What to do',
      lines: [...of(mine, 'CarePlan').flatMap(planLines), ...messageLines(mine)],
      documents: instructions,
    },
    { title: 'Referrals', lines: toDo.filter(isReferral).map((each) => orderLine(each, coming)) },
    {
      title: 'Tests and treatments ordered',
      lines: toDo.filter((each) => !isReferral(each)).map((each) => orderLine(each, coming)),
    },
    { title: 'Not to be done', lines: toLeave.map((each) => orderLine(each, coming)) },
    { title: 'Next visits', lines: coming.toSorted(earliestFirst).map(appointmentLine) },
  ];
  return {
    sections: sections.filter(({ lines, documents = [] }) => lines.length + documents.length > 0),
    documents: papers.filter((each) => !isInstruction(each)),
  };
}

type Of<T extends Resource['resourceType']> = Extract<Resource, { resourceType: T }>;

const of = <T extends Resource['resourceType']>(resources: readonly Resource[], type: T): readonly Of<T>[] =>
  resources.filter((each): each is Of<T> => each.resourceType === type);

/** A diagnosis is found twice: by its visit, and by its name there. */
export const onceEach = (found: readonly Resource[]): readonly Resource[] => [
  ...new Map(found.map((each) => [`${each.resourceType}/${each.id}`, each])).values(),
];

/** Where it says so itself, or the visit names it as a diagnosis of its own. */
export function isOfVisit(resource: Resource, visit: Encounter): boolean {
  if (resource.resourceType === 'Condition' && isDiagnosis(resource.id, visit)) return true;
  const { encounter, context } = resource as {
    readonly encounter?: Reference;
    readonly context?: Reference & { readonly encounter?: readonly Reference[] };
  };
  return [encounter, context, ...(context?.encounter ?? [])].some((each) => leadsTo(each, visit));
}

const isDiagnosis = (id: string | undefined, { diagnosis = [] }: Encounter): boolean =>
  diagnosis.some(({ condition }) => id !== undefined && idOf(condition, 'Condition') === id);

/** Relative, absolute, or of a version. */
function leadsTo(reference: Reference | undefined, { id }: Encounter): boolean {
  const [path = ''] = (reference?.reference ?? '').split('/_history/');
  return id !== undefined && (path === `Encounter/${id}` || path.endsWith(`/Encounter/${id}`));
}

function entryLine(entry: Entry): VisitLine {
  const { name, note } = lineOf(entry);
  const to = `/records/${entry.resourceType}/${entry.id}`;
  return { id: to, to, name, note };
}

/** A panel's values stand by themselves; its own line has none, whether it names them or not. What is only awaited has none yet, and says so. */
const saysNothing = (result: Observation): boolean =>
  isPanel(result) ||
  (['final', 'amended', 'corrected'].includes(result.status ?? 'final') &&
    !Object.keys(result).some((name) => /^value[A-Z]/.test(name)) &&
    !result.component &&
    !result.dataAbsentReason &&
    !result.interpretation &&
    !result.note);

/** Those outside their range first. */
function resultsOf(mine: readonly Resource[]): readonly Observation[] {
  const results = of(mine, 'Observation').filter((each) => !saysNothing(each));
  const [off, within] = [true, false].map((wanted) =>
    results.filter((each) => isOutside(flagOf(each)) === wanted),
  );
  return [...(off ?? []), ...(within ?? [])];
}

function resultLine(result: Observation): VisitLine {
  const to = `/results/${result.id}`;
  return {
    id: to,
    to,
    name: testName(result.code),
    value: valueText(result),
    flag: flagOf(result),
    result,
    note: result.status && unusualStatus(result.status),
  };
}

/** A report with nothing of its own to say, whose values stand above it. */
function isToldByValues(
  { result = [], conclusion, conclusionCode, presentedForm, media, imagingStudy }: DiagnosticReport,
  mine: readonly Resource[],
): boolean {
  if (conclusion || conclusionCode || presentedForm || media || imagingStudy) return false;
  const listed = new Set(of(mine, 'Observation').map(({ id }) => id));
  return result.length > 0 && result.every((each) => listed.has(idOf(each, 'Observation')));
}

function reportLine({ id, code, conclusion, status }: DiagnosticReport): VisitLine {
  const to = `/reports/${id}`;
  return { id: to, to, name: testName(code), about: conclusion, note: status && unusualStatus(status) };
}

/** What is only being prepared was not done yet; a vaccine that was not given is none. */
function isDone(resource: Resource): boolean {
  if (resource.resourceType === 'Immunization') return resource.status === 'completed';
  return resource.resourceType === 'Procedure';
}

const HIDDEN: ReadonlySet<string> = new Set(['cancelled', 'stopped', 'entered-in-error']);

/** A plan that was only proposed, or is not followed any more, tells nobody what to do. */
function planLines({
  id,
  status,
  intent,
  activity = [],
  title,
  description,
}: CarePlan): readonly VisitLine[] {
  if (!['active', 'on-hold', 'completed'].includes(status) || !['plan', 'order'].includes(intent)) return [];
  const lines = activity.flatMap((each, i) => activityLine(each, `CarePlan/${id}/${i}`) ?? []);
  const words = description ?? title;
  return lines.length === 0 && words ? [{ id: `CarePlan/${id}`, name: words }] : lines;
}

const ACTIVITY: Readonly<Record<string, Text>> = { completed: 'Done', 'on-hold': 'On hold' };

function activityLine({ detail, reference }: CarePlanActivity, id: string): VisitLine | undefined {
  if (HIDDEN.has(detail?.status ?? '')) return undefined;
  const named = detail?.code && conceptText(detail.code);
  const name = named ?? detail?.description ?? reference?.display;
  if (!name) return undefined;
  const words = detail?.doNotPerform ? 'Not to be done' : lookUp(ACTIVITY, detail?.status);
  const about = [named && detail?.description, detail?.scheduledString].filter(Boolean).join(' · ');
  return { id, name, about: about || undefined, note: words && t(words) };
}

const messageLines = (mine: readonly Resource[]): readonly VisitLine[] =>
  of(mine, 'Communication')
    .filter((each) => isFromClinic(each) && isMessage(each))
    .toSorted((a, b) => newestFirst(a.sent, b.sent))
    .map((each) => ({
      id: `Communication/${each.id}`,
      to: '/messages',
      name: each.topic ? conceptText(each.topic) : t('Message of {date}', { date: formatDate(each.sent) }),
      about: textOf(each) || undefined,
    }));

/** LOINC: instructions, discharge instructions, hospital discharge instructions. */
const INSTRUCTIONS: ReadonlySet<string> = new Set(['69730-0', '74213-0', '8653-8']);

const isInstruction = ({ type }: DocumentReference): boolean =>
  (type?.coding ?? []).some(({ code = '' }) => INSTRUCTIONS.has(code));

/** Its state; or when it is, where an appointment says that it is of this order. */
function orderLine(order: ServiceRequest, coming: readonly Appointment[]): VisitLine {
  const booked = coming.find(({ basedOn = [] }) =>
    basedOn.some((each) => idOf(each, 'ServiceRequest') === order.id),
  );
  const state = orderState(order);
  const isOpen = !order.doNotPerform && (order.status === 'active' || order.status === 'on-hold');
  const note = booked && isOpen ? t('Booked for {when}', { when: formatDateTime(booked.start) }) : state;
  const to = order.performer?.map(({ display }) => display).filter(Boolean);
  const about = [to?.join(', '), order.patientInstruction].filter(Boolean).join(' · ');
  return { ...entryLine(order), note, about: about || undefined };
}

const earliestFirst = (a: Appointment, b: Appointment): number => timeOf(a.start) - timeOf(b.start) || 0;

const appointmentLine = (visit: Appointment): VisitLine => ({
  id: `Appointment/${visit.id}`,
  to: '/appointments',
  name: formatDateTime(visit.start),
  about: [reason(visit), withWhom(visit), place(visit)].filter(Boolean).join(' · '),
});
