/** A change of the Patient resource that makes no new version of what is on record already. */
import type { Patient } from '@medplum/fhirtypes';
import { usePatientSaving } from './use-patient.ts';

/**
 * `patient`: as it is known here. `change`: what it is to be; throws what the person must mend first. That it is so already: its answer was lost in an outage, another
 * tab was quicker.
 */
export const usePatientChange = (
  patient: Patient,
  change: () => Patient | Promise<Patient>,
  onSaved: () => void,
) =>
  usePatientSaving(async (fhir) => {
    const { saysTheSame } = await import('../../smart/says-the-same.ts');
    const wanted = await change();
    return saysTheSame(patient, wanted) ? patient : fhir.update(wanted);
  }, onSaved);
