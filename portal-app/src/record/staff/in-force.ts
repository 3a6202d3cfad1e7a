/** Whether a role is somebody's now, as the server asks: active, and within its period, of which a day is the clinic's. */
import type { PractitionerRole } from '@medplum/fhirtypes';
import { holdsAt } from '@wellspring/profiles/closed-times';
import { dayText } from '../../format/clinic-clock.ts';

export const isInForce = ({ active, period = {} }: PractitionerRole, now = Date.now()): boolean =>
  active !== false && holdsAt(period, now, dayText);
