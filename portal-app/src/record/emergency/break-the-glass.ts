/** Opens a record that is not open to whoever is signed in, in an emergency: for a reason, and for a time (`Patient/[id]/$break-the-glass`). */
import type { Consent } from '@medplum/fhirtypes';
import type { Fhir } from '../../smart/fhir.ts';

/** As the server takes them. */
export const REASON_LETTERS = { least: 8, most: 500 };

/** Rejects with FhirFailure: 403 where the role opens no records, 404 where there is none. */
export const breakTheGlass = (fhir: Fhir, reason: string, minutes: number): Promise<Consent> =>
  fhir.operation<Consent>({
    type: 'Patient',
    id: fhir.patient,
    name: '$break-the-glass',
    parameter: [
      { name: 'reason', valueString: reason.trim() },
      { name: 'minutes', valueInteger: minutes },
    ],
  });
