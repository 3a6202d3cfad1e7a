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

type Request = Pick<MedicationRequest | ServiceRequest, 'intent' | 'doNotPerform'>;

/** What was only proposed or planned nobody takes (https://hl7.org/fhir/R4/valueset-medicationrequest-intent.html). */
export const isOrdered = ({ intent }: Request): boolean => ORDERS.has(intent);

/** What was ordered, and is not an order to leave it (https://hl7.org/fhir/R4/medicationrequest-definitions.html#MedicationRequest.doNotPerform). */
export const isOrder = (request: Request): boolean => isOrdered(request) && !request.doNotPerform;

/**
 * Those that are meant: orders to take something, or all that was ordered where what is not to be taken is told apart (`isOrdered`). `resources`: prescriptions and what was included
 * with them (`_include=MedicationRequest:medication`).
 */
export function prescriptionsOf(resources: readonly Resource[], isMeant = isOrder): MedicationRequest[] {
  const medications = new Map(
    resources
      .filter((each): each is Medication => each.resourceType === 'Medication')
      .map((each) => [`Medication/${each.id}`, each]),
  );
  return resources
    .filter((each): each is MedicationRequest => each.resourceType === 'MedicationRequest' && isMeant(each))
    .map((request) => {
      const found = medications.get(request.medicationReference?.reference ?? '');
      if (!found) return request;
      const text = medicationText(found) ?? request.medicationReference?.display;
      return { ...request, medicationCodeableConcept: { ...found.code, ...(text ? { text } : {}) } };
    });
}
