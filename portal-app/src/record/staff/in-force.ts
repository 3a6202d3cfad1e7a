/** Whether a role is somebody's now, as the server asks: active, and within its period, of which a day is the clinic's. */
import type { PractitionerRole } from '@medplum/fhirtypes';
import { holds } from '../../format/holds.ts';

export const isInForce = ({ active, period }: PractitionerRole, now = Date.now()): boolean =>
  active !== false && holds(period, now);
