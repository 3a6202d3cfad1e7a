/** Whether a period holds at a moment, as the server asks: of a day, a month or a year the whole of it by the clinic's clock. */
import type { Period } from '@medplum/fhirtypes';
import { holdsAt } from '@wellspring/profiles/closed-times';
import { dayText } from './clinic-clock.ts';

export const holds = (period: Period = {}, now = Date.now()): boolean => holdsAt(period, now, dayText);

/** Its end has come. */
export const hasEnded = (period: Period | undefined, now = Date.now()): boolean =>
  period?.end !== undefined && !holds({ end: period.end }, now);
