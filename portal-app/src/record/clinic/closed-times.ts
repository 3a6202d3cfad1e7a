/** Times at which somebody who comes finds the clinic closed, as the server reads them: it offers and books nothing then (fhir-server/src/repository/visits/closed-days.ts). */
import type { HealthcareService, Schedule } from '@medplum/fhirtypes';
import { dayLater, instantOf } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';

/** Why it is closed at a time (milliseconds), in the clinic's words; undefined: it is open. */
export type ClosedAt = (time: number) => string | undefined;

/** Of what the schedule names as what it is for. */
export function closedAt(services: readonly HealthcareService[], { actor = [] }: Schedule): ClosedAt {
  const named = new Set(actor.map(({ reference }) => reference));
  const closed = services
    .filter(({ id }) => named.has(`HealthcareService/${id}`))
    .flatMap(({ notAvailable = [] }) => notAvailable)
    .flatMap(({ description: why, during }) => {
      const { start, end } = { end: during?.start, ...during };
      if (start === undefined && end === undefined) return [];
      const from = start === undefined ? Number.NEGATIVE_INFINITY : startOf(start);
      return [{ why, from, until: end === undefined ? Number.POSITIVE_INFINITY : endOf(end) }];
    });
  return (time) => closed.find(({ from, until }) => from <= time && time < until)?.why;
}

/** A year, a month or a day is the clinic's. */
const startOf = (text: string): number =>
  text.includes('T') ? timeOf(text) : instantOf(`${text}-01-01`.slice(0, 10));

function endOf(text: string): number {
  if (text.includes('T')) return timeOf(text);
  if (/^\d{4}$/.test(text)) return instantOf(`${Number(text) + 1}-01-01`);
  if (/^\d{4}-\d\d$/.test(text)) return instantOf(`${dayLater(`${text}-01`, 31).slice(0, 7)}-01`);
  return instantOf(dayLater(text, 1));
}
