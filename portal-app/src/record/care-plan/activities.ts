/** What a plan of care consists of: each activity with its schedule, who does it, and whether a patient can tick it off. */
import type { CarePlan, CarePlanActivity, Resource, ServiceRequest, Task, Timing } from '@medplum/fhirtypes';
import { formatDate } from '../../format/date.ts';
import { dayFormat } from '../../format/day-names.ts';
import { lookUp } from '../../format/table.ts';
import { conceptText, oftenText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';

export interface Activity {
  /** The same for the same activity, however the clinic orders them. */
  readonly key: string;
  readonly name: string;
  readonly about: readonly string[];
  /** When, how often. */
  readonly schedule: string | undefined;
  readonly state: string | undefined;
  /** Names of who does it, where that is somebody else. */
  readonly by: string | undefined;
  /** Something that is not to be done. */
  readonly isToAvoid: boolean;
  /** `days`: again and again; `once`: when it is done, it is done. */
  readonly tick: 'days' | 'once' | undefined;
  /** Where there is more about it, in the portal. */
  readonly to: string | undefined;
}

const STATES: Readonly<Record<string, Text>> = {
  scheduled: 'Planned',
  booked: 'Booked',
  proposed: 'Proposed',
  requested: 'Asked for',
  'on-hold': 'On hold',
  completed: 'Done',
  fulfilled: 'Done',
  cancelled: 'Cancelled',
  stopped: 'Stopped',
  revoked: 'Cancelled',
};
const GONE = ['entered-in-error'];
/** These are over, or not now. */
const RESTING = ['on-hold', 'completed', 'cancelled', 'stopped'];

export function activitiesOf(
  { activity = [] }: CarePlan,
  included: readonly Resource[],
): readonly Activity[] {
  const all = activity.flatMap((each) => activityOf(each, included) ?? []);
  // Two of the same words are one to tick off, and shown once.
  return [...new Map(all.map((each) => [each.key, each])).values()];
}

function activityOf(activity: CarePlanActivity, included: readonly Resource[]): Activity | undefined {
  const { detail, reference } = activity;
  if (detail) return GONE.includes(detail.status ?? '') ? undefined : ofDetail(activity, detail);
  if (!reference) return undefined;
  const found = included.find((each) => `${each.resourceType}/${each.id}` === reference.reference);
  const { status } = (found ?? {}) as { readonly status?: string };
  if (GONE.includes(status ?? '')) return undefined;
  const words = lookUp(STATES, status);
  return {
    key: keyFor(activity, reference.reference ?? ''),
    name: (found && nameOf(found)) ?? reference.display ?? t('Not named'),
    about: [],
    schedule: found && scheduleOf(found),
    state: words && t(words),
    by: undefined,
    isToAvoid: false,
    tick: undefined,
    to: found && placeOf(found),
  };
}

function ofDetail(activity: CarePlanActivity, detail: NonNullable<CarePlanActivity['detail']>): Activity {
  const { code, description, status, performer = [], reasonCode = [] } = detail;
  const named = code && conceptText(code);
  const name = named ?? description ?? t('Not named');
  const others = performer.filter(({ reference = '' }) =>
    /^(Practitioner|Organization|Healthcare)/.test(reference),
  );
  const isOthers = performer.length > 0 && others.length === performer.length;
  const isToAvoid = detail.doNotPerform === true;
  const words = lookUp(STATES, status);
  const canTick = !isToAvoid && !isOthers && !RESTING.includes(status ?? '');
  return {
    key: keyFor(activity, JSON.stringify([code?.coding?.map((each) => each.code), name])),
    name,
    about: [named && description, ...reasonCode.map(conceptText)].filter((each) => each !== undefined),
    schedule:
      detail.scheduledString ?? timingWords(detail.scheduledTiming) ?? periodWords(detail.scheduledPeriod),
    state: words && t(words),
    by: isOthers ? others.flatMap(({ display }) => display ?? []).join(', ') || undefined : undefined,
    isToAvoid,
    tick: !canTick ? undefined : isAgain(detail) ? 'days' : 'once',
    to: undefined,
  };
}

/** Said once, or from one day to another without how often: done is done. */
function isAgain({ scheduledString, scheduledTiming }: NonNullable<CarePlanActivity['detail']>): boolean {
  if (scheduledString !== undefined) return true;
  const { repeat, event = [] } = scheduledTiming ?? {};
  return event.length > 1 || (repeat !== undefined && repeat.count !== 1);
}

/** An element's own id is the best name of it; else what it says, for the clinic may put others before it. */
const keyFor = ({ id }: CarePlanActivity, words: string): string => id ?? `w-${digestOf(words)}`;

/** FNV-1a, 64 bits: short and the same everywhere; nothing secret. */
function digestOf(words: string): string {
  let digest = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(words))
    digest = BigInt.asUintN(64, (digest ^ BigInt(byte)) * 0x100000001b3n);
  return digest.toString(16);
}

/** Of a week that began with a Monday. */
const DAYS: Readonly<Record<string, string>> = {
  mon: '2024-01-01',
  tue: '2024-01-02',
  wed: '2024-01-03',
  thu: '2024-01-04',
  fri: '2024-01-05',
  sat: '2024-01-06',
  sun: '2024-01-07',
};

export function timingWords(timing: Timing | undefined): string | undefined {
  if (!timing) return undefined;
  const { repeat, code, event = [] } = timing;
  const days = (repeat?.dayOfWeek ?? []).flatMap((day) => lookUp(DAYS, day) ?? []);
  const weekdays = days.map((day) => dayFormat(day, { weekday: 'long' })).join(', ');
  const words = [
    oftenText(repeat),
    yearly(repeat),
    weekdays,
    (repeat?.timeOfDay ?? []).map((time) => time.slice(0, 5)).join(', '),
    periodWords(repeat?.boundsPeriod),
    event.map((each) => formatDate(each)).join(', '),
  ]
    .filter(Boolean)
    .join(', ');
  return words || (code && conceptText(code)) || undefined;
}

function yearly(repeat: Timing['repeat']): string {
  const { frequency, period, periodUnit } = repeat ?? {};
  if (frequency !== 1 || period !== 1) return '';
  return periodUnit === 'a' ? t('once a year') : periodUnit === 'mo' ? t('once a month') : '';
}

export function periodWords(
  period: { readonly start?: string; readonly end?: string } | undefined,
): string | undefined {
  const { start, end } = period ?? {};
  if (start && end) return t('{from} to {until}', { from: formatDate(start), until: formatDate(end) });
  if (start) return t('since {from}', { from: formatDate(start) });
  return end && t('until {until}', { until: formatDate(end) });
}

function nameOf(resource: Resource): string | undefined {
  const { code, description, medicationCodeableConcept } = resource as Partial<ServiceRequest> & {
    readonly description?: string;
    readonly medicationCodeableConcept?: ServiceRequest['code'];
  };
  const concept = code ?? medicationCodeableConcept;
  return description ?? (concept && conceptText(concept)) ?? serviceOf(resource);
}

function serviceOf(resource: Resource): string | undefined {
  const [service] = resource.resourceType === 'Appointment' ? (resource.serviceType ?? []) : [];
  return service && conceptText(service);
}

function scheduleOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'Appointment') return resource.start && formatDate(resource.start);
  if (resource.resourceType === 'ServiceRequest')
    return resource.occurrenceDateTime
      ? formatDate(resource.occurrenceDateTime)
      : (timingWords(resource.occurrenceTiming) ?? periodWords(resource.occurrencePeriod));
  return resource.resourceType === 'Task' ? periodWords((resource as Task).restriction?.period) : undefined;
}

function placeOf({ resourceType, id }: Resource): string | undefined {
  if (resourceType === 'Appointment') return '/appointments';
  if (resourceType === 'ServiceRequest') return `/records/ServiceRequest/${id}`;
  return resourceType === 'MedicationRequest' ? '/medications' : undefined;
}
