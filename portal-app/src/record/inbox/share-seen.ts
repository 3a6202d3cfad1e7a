/** What was opened, the same on all devices of its reader: kept by the server where it has `Patient/[id]/$opened`, else by each device for itself. */
import type { Parameters } from '@medplum/fhirtypes';
import { takeSeen, untoldSeen } from '../../device/seen.ts';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';

/** As many as the server takes at once. */
const AT_ONCE = 200;

/** Tells what is not told yet, and learns the rest. Never fails: what could not be told is told the next time. */
export async function shareSeen(fhir: Fhir): Promise<void> {
  if (!fhir.offers('Patient', '$opened')) return;
  const told = untoldSeen().slice(-AT_ONCE);
  const parameter = told.map((valueString) => ({ name: 'mark', valueString }));
  try {
    const all = await fhir.operation<Parameters>({
      type: 'Patient',
      id: fhir.patient,
      name: '$opened',
      parameter,
    });
    takeSeen(all.parameter?.map(({ valueString = '' }) => valueString) ?? [], told);
  } catch (error) {
    // Somebody who may read only, or what the server can't keep: this device knows it all the same.
    if (error instanceof FhirFailure && error.status >= 400 && error.status < 429) takeSeen([], told);
  }
}
