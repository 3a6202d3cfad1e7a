/** Prescriptions whose medicine is a resource of its own: its name and codes are put where the others have them. */
import type { Medication, MedicationRequest, Resource } from '@medplum/fhirtypes';

/** `resources`: prescriptions and what was included with them (`_include=MedicationRequest:medication`). */
export function prescriptionsOf(resources: readonly Resource[]): MedicationRequest[] {
  const medications = new Map(
    resources
      .filter((each): each is Medication => each.resourceType === 'Medication')
      .map((each) => [`Medication/${each.id}`, each]),
  );
  return resources
    .filter((each): each is MedicationRequest => each.resourceType === 'MedicationRequest')
    .map((request) => {
      const code = medications.get(request.medicationReference?.reference ?? '')?.code;
      return code ? { ...request, medicationCodeableConcept: code } : request;
    });
}
