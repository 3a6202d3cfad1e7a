/**
 * What the clinic itself has planned to measure, and is due: requests and activities of plans of care whose day has come, with no result of it since. Not what a medicine would
 * ask for by a rule of this app's: what nobody has written down as planned is not said to be due (docs/DESK.md).
 */
import type {
  CarePlan,
  CodeableConcept,
  DiagnosticReport,
  Observation,
  Period,
  Reference,
  ServiceRequest,
  Timing,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { dayText } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { hasEnded, holds } from '../../format/holds.ts';
import { dateOf } from '../../format/observation.ts';
import { conceptText } from '../../format/words.ts';
import { type Fhir, requiredListOf } from '../../smart/fhir.ts';
import { isAgain, timingWords } from '../care-plan/timing.ts';
import { NO_RESULT } from './queries.ts';

const LOINC = 'http://loinc.org';

export interface Measurement {
  readonly id: string;
  readonly name: string;
  /** LOINC codes: what has none is no measurement that can be looked for. */
  readonly codes: readonly string[];
  readonly timing: Timing | undefined;
  readonly start: string | undefined;
  /** Of what is to be done once: a result since then is the one. */
  readonly since: string | undefined;
}

export interface DueMeasurement {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly last: string | undefined;
  /** How often, in words. */
  readonly often: string | undefined;
}

export type Result = Observation | DiagnosticReport;

const loincOf = (code: CodeableConcept | undefined): readonly string[] =>
  (code?.coding ?? []).flatMap((each) => (each.system === LOINC && each.code ? [each.code] : []));

const isPatientsSide = ({ reference = '' }: Reference): boolean =>
  /^(Patient|RelatedPerson)\//.test(reference);

/** A request or an activity, alike. */
interface Order {
  readonly id: string | undefined;
  readonly code: CodeableConcept | undefined;
  readonly performer: readonly Reference[] | undefined;
  readonly doNotPerform: boolean | undefined;
  readonly timing: Timing | undefined;
  readonly period: Period | undefined;
  readonly day: string | undefined;
  readonly since: string | undefined;
}

/** What the patient measures is theirs to tick off. */
function measurementOf(order: Order): readonly Measurement[] {
  const { id = '', code, performer = [], doNotPerform, timing, period, day, since } = order;
  const codes = loincOf(code);
  if (!code || codes.length === 0 || doNotPerform === true || performer.some(isPatientsSide)) return [];
  const start = day ?? period?.start ?? timing?.event?.[0] ?? timing?.repeat?.boundsPeriod?.start;
  return [{ id, name: conceptText(code) ?? codes.join(', '), codes, timing, start, since: since ?? start }];
}

export const ofRequest = (request: ServiceRequest): readonly Measurement[] =>
  request.intent === 'proposal'
    ? []
    : measurementOf({
        id: request.id,
        code: request.code,
        performer: request.performer,
        doNotPerform: request.doNotPerform,
        timing: request.occurrenceTiming,
        period: request.occurrencePeriod,
        day: request.occurrenceDateTime,
        since: request.authoredOn,
      });

const TO_COME = ['not-started', 'scheduled', 'in-progress'];

export const ofPlan = ({ id, activity = [], intent, created }: CarePlan): readonly Measurement[] =>
  intent === 'proposal' || intent === 'option'
    ? []
    : activity.flatMap(({ detail }, i) =>
        detail && TO_COME.includes(detail.status)
          ? measurementOf({
              id: `${id}-${i}`,
              code: detail.code,
              performer: detail.performer,
              doNotPerform: detail.doNotPerform,
              timing: detail.scheduledTiming,
              period: detail.scheduledPeriod,
              day: undefined,
              since: created,
            })
          : [],
      );

/** The day on which a period that began then is over; undefined where it is none of days. */
function after(date: string, { repeat }: Timing): string | undefined {
  const { period, periodUnit, frequency = 1 } = repeat ?? {};
  const at = new Date(timeOf(date));
  if (!period || Number.isNaN(at.getTime())) return undefined;
  if (periodUnit === 'mo' || periodUnit === 'a') {
    const months = (periodUnit === 'a' ? 12 * period : period) / frequency;
    if (months >= 1) at.setUTCMonth(at.getUTCMonth() + Math.floor(months));
    else at.setUTCDate(at.getUTCDate() + Math.floor(months * 30));
  } else if (periodUnit === 'wk' || periodUnit === 'd')
    at.setUTCDate(at.getUTCDate() + Math.ceil((period * (periodUnit === 'wk' ? 7 : 1)) / frequency));
  else return undefined;
  return dayText(at.getTime());
}

const isOf = ({ id, codes }: Measurement, result: Result): boolean =>
  loincOf(result.code).some((code) => codes.includes(code)) ||
  (result.basedOn ?? []).some(({ reference }) => reference === `ServiceRequest/${id}`);

/** From its beginning at the clinic on. */
const hasCome = (day: string, now: number): boolean => holds({ start: day }, now);

/** Of several days that are named, the last one that has come: a result of the one before is none of it. */
function latestOf({ timing, start, since }: Measurement, now: number): Pick<Measurement, 'start' | 'since'> {
  const come = (timing?.event ?? []).filter((day) => hasCome(day, now));
  const latest = come.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
  return come.length > 1 ? { start: latest, since: latest } : { start: latest ?? start, since };
}

const isRepeated = ({ timing }: Measurement): boolean => timing?.repeat !== undefined && isAgain(timing);

/** Of a day, when it is over at the clinic. */
const isOver = ({ timing }: Measurement, now: number): boolean => hasEnded(timing?.repeat?.boundsPeriod, now);

/** By `now`, the longest due first. */
export function measurementsDue(
  planned: readonly Measurement[],
  results: readonly Result[],
  now = Date.now(),
): readonly DueMeasurement[] {
  const measured = results.filter(({ status }) => !NO_RESULT.includes(status));
  const due = planned.flatMap((each): readonly DueMeasurement[] => {
    if (!mayBeDue(each, now)) return [];
    const { id, name, timing } = each;
    const { start, since } = latestOf(each, now);
    const dates = measured.flatMap((result) => (isOf(each, result) ? (dateOf(result) ?? []) : []));
    const last = dates.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
    if (timing && isRepeated(each)) {
      const from = last === undefined ? (start ?? since) : after(last, timing);
      return from !== undefined && hasCome(from, now)
        ? [{ id, name, from, last, often: timingWords(timing) }]
        : [];
    }
    if (start === undefined) return [];
    const isDone = last !== undefined && timeOf(last) >= timeOf(since ?? start);
    return isDone ? [] : [{ id, name, from: start, last, often: undefined }];
  });
  return due.toSorted(byDay);
}

const byDay = (a: DueMeasurement, b: DueMeasurement): number => timeOf(a.from) - timeOf(b.from);

/** More than these are nothing that somebody reads beside a refill. */
const MOST = 30;
/** Measurements whose results are asked for at once. */
const AT_ONCE = 30;

/** Its time has begun and is not over: whatever its results are, it may be due. */
function mayBeDue(planned: Measurement, now = Date.now()): boolean {
  const { start, since } = latestOf(planned, now);
  const isAlways = isRepeated(planned);
  const from = start ?? (isAlways ? since : undefined);
  return (from === undefined ? isAlways : hasCome(from, now)) && !isOver(planned, now);
}

const resultsOf = (of: string, codes: readonly string[]): readonly string[] =>
  ['Observation', 'DiagnosticReport'].map(
    (type) => `${type}?${of}&code=${codes.map((code) => `${LOINC}|${code}`).join(',')}&_sort=-date&_count=10`,
  );

export const plannedQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['planned', fhir.patient],
    queryFn: async (): Promise<readonly DueMeasurement[]> => {
      const of = `patient=${fhir.patient}`;
      const [requests, plans] = await fhir.batch([
        `ServiceRequest?${of}&status=active&_sort=-authored&_count=200`,
        `CarePlan?${of}&status=active&_count=50`,
      ]);
      const planned = [
        ...requiredListOf<ServiceRequest>(requests).flatMap(ofRequest),
        ...requiredListOf<CarePlan>(plans).flatMap(ofPlan),
      ].filter((each) => mayBeDue(each));
      const due: DueMeasurement[] = [];
      for (let from = 0; from < planned.length; from += AT_ONCE) {
        const some = planned.slice(from, from + AT_ONCE);
        const answers = await fhir.batch(some.flatMap(({ codes }) => resultsOf(of, codes)));
        due.push(...measurementsDue(some, answers.flatMap(requiredListOf<Result>)));
      }
      return due.toSorted(byDay).slice(0, MOST);
    },
  });
