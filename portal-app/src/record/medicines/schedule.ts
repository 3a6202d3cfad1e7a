/** The day's medicines by the times that the prescriptions set. Where one sets none, none is made up: its own words stand. */
import type { Dosage, MedicationRequest } from '@medplum/fhirtypes';
import { repeatOf } from '@wellspring/profiles/timing-code';
import { lookUp } from '../../format/table.ts';
import { isBefore, isOver } from './state.ts';

export const TIMES = ['morning', 'midday', 'evening', 'bedtime'] as const;
export type Time = (typeof TIMES)[number];

export interface Schedule {
  readonly at: Readonly<Record<Time, readonly MedicationRequest[]>>;
  /** Times are not set, or not every day, or not of today. */
  readonly otherwise: readonly MedicationRequest[];
  readonly asNeeded: readonly MedicationRequest[];
}

/** http://hl7.org/fhir/R4/valueset-event-timing.html: AC before, PC after, C with; M breakfast, D lunch, V dinner. */
const EVENTS: Readonly<Record<string, Time>> = {
  MORN: 'morning',
  'MORN.early': 'morning',
  'MORN.late': 'morning',
  WAKE: 'morning',
  ACM: 'morning',
  CM: 'morning',
  PCM: 'morning',
  NOON: 'midday',
  ACD: 'midday',
  CD: 'midday',
  PCD: 'midday',
  EVE: 'evening',
  'EVE.early': 'evening',
  'EVE.late': 'evening',
  ACV: 'evening',
  CV: 'evening',
  PCV: 'evening',
  HS: 'bedtime',
  NIGHT: 'bedtime',
};

export function scheduleOf(requests: readonly MedicationRequest[]): Schedule {
  const at: Record<Time, MedicationRequest[]> = { morning: [], midday: [], evening: [], bedtime: [] };
  const otherwise: MedicationRequest[] = [];
  const asNeeded: MedicationRequest[] = [];
  for (const request of requests) {
    const dosages = request.dosageInstruction ?? [];
    if (
      dosages.some(
        ({ asNeededBoolean, asNeededCodeableConcept }) => asNeededBoolean || asNeededCodeableConcept,
      )
    ) {
      asNeeded.push(request);
      continue;
    }
    const times = timesOf(dosages);
    for (const time of times) at[time].push(request);
    if (times.size === 0) otherwise.push(request);
  }
  return { at, otherwise, asNeeded };
}

/** Of a dose that begins later, or is over, no time is one of today. */
function holdsToday({ timing }: Dosage): boolean {
  const { start, end } = timing?.repeat?.boundsPeriod ?? {};
  return !isOver(end) && !isBefore(start);
}

/** None at all where a part of it is not daily, or at a time that is no part of the day. */
function timesOf(dosages: readonly Dosage[]): Set<Time> {
  const times = new Set<Time>();
  for (const { timing } of dosages.filter(holdsToday)) {
    const { when = [], period = 1, periodUnit = 'd' } = repeatOf(timing) ?? {};
    const found = when.map((event) => lookUp(EVENTS, event));
    if (found.length === 0 || found.includes(undefined) || period !== 1 || periodUnit !== 'd')
      return new Set();
    for (const time of found) if (time) times.add(time);
  }
  return times;
}
