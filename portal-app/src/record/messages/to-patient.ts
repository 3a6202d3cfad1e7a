/** A message of the care team to a patient, about something new. */
import type { Communication } from '@medplum/fhirtypes';
import type { Fhir } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';

export function messageToPatient(
  fhir: Fhir,
  by: By,
  { topic, text }: { readonly topic: string; readonly text: string },
  identity: string,
): Promise<Communication> {
  const patient = { reference: `Patient/${fhir.patient}` } as const;
  return createOnce(
    fhir,
    {
      resourceType: 'Communication',
      status: 'completed',
      topic: { text: topic.trim() },
      subject: patient,
      sender: by,
      recipient: [patient],
      sent: new Date().toISOString(),
      payload: [{ contentString: text.trim() }],
    },
    identity,
  );
}
