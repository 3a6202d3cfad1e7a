/** Prescriptions whose medicine is a resource of its own: its name and codes are put where the others have them. */
import type { Medication, MedicationRequest, Resource, ServiceRequest } from '@medplum/fhirtypes';
import { medicationText } from './words.ts';

const ORDERS: ReadonlySet<string> = new Set([
  'order',
  'original-order',
  'reflex-order',
  'filler-order',
  'instance-order',
]);

/** What was only proposed or planned, or is not to be given, nobody takes (https://hl7.org/fhir/R4/valueset-medicationrequest-intent.html). */
export const isOrder = ({
  intent,
  doNotPerform,
}: Pick<MedicationRequest | ServiceRequest, 'intent' | 'doNotPerform'>): boolean =>
  ORDERS.has(intent) && doNotPerform !== true;

/** Orders among them. `resources`: prescriptions and what was included with them (`_include=MedicationRequest:medication`). */
export function prescriptionsOf(resources: readonly Resource[]): MedicationRequest[] {
  const medications = new Map(
    resources
      .filter((each): each is Medication => each.resourceType === 'Medication')
      .map((each) => [`Medication/${each.id}`, each]),
  );
  return resources
    .filter((each): each is MedicationRequest => each.resourceType === 'MedicationRequest' && isOrder(each))
    .map((request) => {
      const found = medications.get(request.medicationReference?.reference ?? '');
      if (!found) return request;
      const text = medicationText(found) ?? request.medicationReference?.display;
      return { ...request, medicationCodeableConcept: { ...found.code, ...(text ? { text } : {}) } };
    });
}
