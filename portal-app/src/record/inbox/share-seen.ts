/** What was opened, the same on all devices of its reader: kept by the server where it has `Patient/[id]/$opened`, else by each device for itself. */
import type { Parameters } from '@medplum/fhirtypes';
import { takeSeen, untoldSeen } from '../../device/seen.ts';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';

/** As many as the server takes at once. */
const AT_ONCE = 200;
/** Ill formed, not allowed, not there. */
const NEVER = [400, 403, 404];

/** Tells what is not told yet, and learns the rest; who may read only learns. Never fails: what could not be told is told the next time. */
export async function shareSeen(fhir: Fhir): Promise<void> {
  if (!fhir.offers('Patient', '$opened')) return;
  const told = fhir.offers('Patient', 'update') ? untoldSeen().slice(-AT_ONCE) : [];
  const parameter = told.map((valueString) => ({ name: 'mark', valueString }));
  const place = { type: 'Patient', id: fhir.patient, name: '$opened' };
  try {
    const all = await (told.length === 0
      ? fhir.get<Parameters>(`Patient/${fhir.patient}/$opened`)
      : fhir.operation<Parameters>({ ...place, parameter }));
    takeSeen(all.parameter?.map(({ valueString = '' }) => valueString) ?? [], told);
  } catch (error) {
    // What this server never keeps this device knows all the same.
    if (error instanceof FhirFailure && NEVER.includes(error.status)) takeSeen([], told);
  }
}
