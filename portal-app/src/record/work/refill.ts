/** A refill decided: a new prescription that follows the old one, as it was or changed; or a reason why not. */
import type { MedicationRequest, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { prescriptionsOf } from '../../format/medicine.ts';
import { idOf } from '../../format/reference.ts';
import { t } from '../../i18n/text.ts';
import type { Fhir, FhirApi } from '../../smart/fhir.ts';
import { criteriaOf, identified } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided } from './decide.ts';

/** The prescription that is asked for, with its medicine's name. */
export const prescriptionQuery = (fhir: Fhir, task: Task) => {
  const id = idOf(task.focus, 'MedicationRequest') ?? '';
  return queryOptions({
    queryKey: ['prescription', id],
    queryFn: async () => {
      const { resources, included } = await fhir.search<MedicationRequest>('MedicationRequest', {
        _id: id,
        _include: 'MedicationRequest:medication',
      });
      const [stored] = resources;
      const [shown] = prescriptionsOf([...resources, ...included]);
      return stored && { stored, shown: shown ?? stored };
    },
  });
};

/** What may differ from the prescription before. */
export interface Renewal {
  readonly dosage: string;
  /** '' = as before. */
  readonly repeats: string;
  readonly note: string;
}

export const renewalOf = ({ dosageInstruction = [], dispenseRequest }: MedicationRequest): Renewal => ({
  dosage: dosageInstruction
    .map(({ text, patientInstruction }) => text ?? patientInstruction ?? '')
    .filter(Boolean)
    .join('; '),
  repeats: String(dispenseRequest?.numberOfRepeatsAllowed ?? ''),
  note: '',
});

/** Words in the place of the timing that was meant before: both would contradict each other. */
function changed(order: MedicationRequest, { dosage, repeats }: Renewal): Partial<MedicationRequest> {
  const before = renewalOf(order);
  const count = Number(repeats);
  return {
    ...(dosage.trim() !== before.dosage ? { dosageInstruction: [{ text: dosage.trim() }] } : {}),
    ...(repeats !== before.repeats && Number.isInteger(count) && count >= 0
      ? { dispenseRequest: { ...order.dispenseRequest, numberOfRepeatsAllowed: count } }
      : {}),
  };
}

export function approveRefill(
  fhir: FhirApi,
  task: Task,
  {
    by,
    prescription,
    renewal,
    identity,
  }: {
    readonly by: By;
    readonly prescription: MedicationRequest;
    readonly renewal: Renewal;
    readonly identity: string;
  },
): Promise<void> {
  if (!renewal.dosage.trim() && renewalOf(prescription).dosage)
    throw new Error(t('Say how the medicine is taken.'));
  const fullUrl = `urn:uuid:${crypto.randomUUID()}`;
  const { id, meta, text: _, priorPrescription: __, ...order } = prescription;
  const next: MedicationRequest = {
    ...order,
    ...changed(prescription, renewal),
    ...(meta?.profile ? { meta: { profile: meta.profile } } : {}),
    status: 'active',
    authoredOn: new Date().toISOString(),
    requester: by,
    priorPrescription: { reference: `MedicationRequest/${id}` },
  };
  const output: Task['output'] = [
    { type: { text: 'Renewed prescription' }, valueReference: { reference: fullUrl } as never },
  ];
  return decide(
    fhir,
    decided(task, by, { status: 'completed', note: renewal.note, output }),
    [
      { resource: identified(next, identity), fullUrl, onlyIfNone: criteriaOf(identity) },
      ...(prescription.status === 'completed'
        ? []
        : [{ resource: { ...prescription, status: 'completed' } as MedicationRequest }]),
    ],
    identity,
  );
}

/** `reason` is what the patient reads. */
export const declineTask = (
  fhir: FhirApi,
  task: Task,
  { by, reason, identity }: { readonly by: By; readonly reason: string; readonly identity: string },
): Promise<void> => decide(fhir, decided(task, by, { status: 'rejected', reason }), [], identity);
