/** What is to be given a time on the schedule. */
import type { Appointment } from '@medplum/fhirtypes';

export type Placing =
  /** That is moved, or was asked for. */
  | { readonly kind: 'visit'; readonly visit: Appointment }
  /** A new one of this patient, by id. */
  | { readonly kind: 'patient'; readonly patient: string };
