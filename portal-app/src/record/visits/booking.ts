/** Self-scheduling: free times by `Appointment/$find`, taken by `$book`, given back by `$cancel` (IHE ITI Scheduling). */
import type { Appointment, Bundle, Slot } from '@medplum/fhirtypes';
import { dayText, minuteOfDay } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { Explained } from '../../format/explained.ts';
import type { Mode } from '../../format/virtual-service.ts';
import { t } from '../../i18n/text.ts';
import { type Fhir, type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { sentBefore } from '../../smart/sent-before.ts';
import { REASONS, type Reason } from './offering.ts';

const KINDS = 'http://terminology.hl7.org/CodeSystem/v2-0276';

export interface FreeTimes {
  /** Of offering.ts: `Schedule/…`; undefined: any. */
  readonly schedules: readonly string[] | undefined;
  readonly mode: Mode | '';
  readonly reason: Reason;
  /** Milliseconds. */
  readonly from: number;
  /** The id of a visit that is moved: its own time does not stand in its way. */
  readonly replaces?: string | undefined;
}

const DAYS = 28;
const MOST = 500;

/** Answers of one look; the next goes on where the last one ended. */
const MOST_LOOKS = 6;

/** Proposed appointments of four weeks, the earliest first. */
export async function findTimes(fhir: Fhir, wanted: FreeTimes): Promise<readonly Appointment[]> {
  const end = wanted.from + DAYS * 86_400_000;
  const found = new Map<string, Appointment>();
  let from = wanted.from;
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { entry = [] } = await lookForTimes(fhir, wanted, from, end);
    const times = entry.flatMap(({ resource }) =>
      resource?.resourceType === 'Appointment' ? [resource] : [],
    );
    const before = found.size;
    for (const time of times) if (!Number.isNaN(timeOf(time.start))) found.set(keyOf(time), time);
    if (times.length < MOST || found.size === before) break;
    // Others may begin at the same moment as the last of them.
    from = timeOf(times.at(-1)?.start);
  }
  return [...found.values()];
}

const keyOf = ({ slot, start }: Appointment): string => slot?.[0]?.reference ?? String(start);

function lookForTimes(
  fhir: Fhir,
  { schedules, mode, reason, replaces }: FreeTimes,
  from: number,
  end: number,
): Promise<Bundle> {
  return fhir.operation<Bundle>({
    type: 'Appointment',
    name: '$find',
    parameter: [
      { name: 'start', valueDateTime: new Date(from).toISOString() },
      { name: 'end', valueDateTime: new Date(end).toISOString() },
      ...(schedules ? [{ name: 'schedule', valueString: schedules.join(',') }] : []),
      ...(mode === '' ? [] : [{ name: 'mode', valueCode: mode }]),
      { name: 'appointment-type', valueString: REASONS[reason] },
      ...(replaces ? [{ name: 'replaces', valueString: `Appointment/${replaces}` }] : []),
      { name: '_count', valueString: String(MOST) },
    ],
  });
}

/** What the person says of the visit. */
export interface About {
  readonly reason: Reason;
  readonly why: string;
  /** Anything else, in their own words. */
  readonly comment: string;
}

/** `replaces`: the id of the visit that is given up for this one. What was booked although its answer was lost is found again, by its slot; with other words it is not what was sent. */
export async function bookTime(
  fhir: Fhir,
  time: Appointment,
  about: About,
  replaces?: string,
): Promise<Appointment> {
  try {
    return await book(fhir, time, about, replaces);
  } catch (error) {
    const slot = time.slot?.[0]?.reference;
    if (!(error instanceof FhirFailure) || error.status !== 409 || slot === undefined) throw error;
    const own = await bookedAt(fhir, slot);
    if (own && isSaid(own, about)) return own;
    if (own) throw sentBefore();
    throw (await isStillFree(fhir, slot))
      ? new Explained(t('Nobody can see you then, or the time has begun. Please choose another.'))
      : error;
  }
}

/** Whether the visit says it so, as far as it is told. */
export const isSaid = (
  visit: Appointment,
  { reason, why, comment }: { readonly [name in keyof About]?: About[name] | undefined },
): boolean =>
  (why === undefined || why.trim() === (visit.description ?? '')) &&
  (comment === undefined || comment.trim() === (visit.comment ?? '')) &&
  (reason === undefined ||
    visit.appointmentType?.coding?.some(({ code }) => code === REASONS[reason]) === true);

/** What the patient has booked of this slot, `Slot/…`. */
export async function bookedAt(fhir: Fhir, slot: string): Promise<Appointment | undefined> {
  const params = { patient: fhir.patient, slot, status: 'booked' };
  return (await fhir.search<Appointment>('Appointment', params)).resources[0];
}

/** A time that is refused, and that nobody has taken: the clinic is closed, who works then has a visit elsewhere, or it has begun. */
async function isStillFree(fhir: Fhir, slot: string): Promise<boolean> {
  const now = await fhir.read<Slot>('Slot', slot.split('/').at(-1) ?? '').catch(() => undefined);
  return now?.status === 'free';
}

function book(fhir: Fhir, time: Appointment, about: About, replaces?: string): Promise<Appointment> {
  const self = { actor: { reference: `Patient/${fhir.patient}` as const }, status: 'accepted' as const };
  const [why, comment] = [about.why.trim(), about.comment.trim()];
  const resource: Appointment = {
    ...time,
    appointmentType: { coding: [{ system: KINDS, code: REASONS[about.reason] }] },
    reasonCode: [{ text: why }],
    description: why,
    ...(comment === '' ? {} : { comment }),
    participant: [self],
  };
  return fhir.operation<Appointment>({
    type: 'Appointment',
    name: '$book',
    parameter: [
      { name: 'appt-resource', resource },
      ...(replaces ? [{ name: 'replaces', valueReference: { reference: `Appointment/${replaces}` } }] : []),
    ],
  });
}

/** As it was read: one that has another time by now is not what somebody meant to cancel. What was cancelled although its answer was lost is what was wanted. */
export async function giveBack(fhir: FhirApi, visit: Appointment, why: string): Promise<Appointment> {
  const { id = '', meta } = visit;
  const reason = why.trim() || 'Cancelled by the patient';
  try {
    return await fhir.operation<Appointment>({
      type: 'Appointment',
      id,
      name: '$cancel',
      version: meta?.versionId,
      parameter: [{ name: 'reason', valueString: reason }],
    });
  } catch (error) {
    if (!(error instanceof FhirFailure) || ![409, 412].includes(error.status)) throw error;
    const now = await fhir.read<Appointment>('Appointment', id);
    if (now.status === 'cancelled' && now.cancelationReason?.text === reason) return now;
    throw now.meta?.versionId === meta?.versionId ? error : new FhirFailure(412);
  }
}

/** Times of one day together, by the day at the clinic (YYYY-MM-DD). */
export const byDay = (times: readonly Appointment[]): ReadonlyMap<string, readonly Appointment[]> =>
  Map.groupBy(times, ({ start }) => dayText(timeOf(start)));

export const PARTS = ['morning', 'afternoon', 'evening'] as const;

/** Of one day, by the clinic's clock. */
export const byPartOfDay = (
  times: readonly Appointment[],
): ReadonlyMap<(typeof PARTS)[number], readonly Appointment[]> =>
  Map.groupBy(times, ({ start }) => {
    const minute = minuteOfDay(timeOf(start));
    return minute < 12 * 60 ? 'morning' : minute < 17 * 60 ? 'afternoon' : 'evening';
  });
