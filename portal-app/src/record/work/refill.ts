/** A refill decided: a new prescription that follows the old one, as it was or changed; or a reason why not. */
import type { Dosage, MedicationRequest, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { FieldProblem, requireRight } from '../../format/field-problem.ts';
import { prescriptionsOf } from '../../format/medicine.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir, FhirApi } from '../../smart/fhir.ts';
import { criteriaOf, identified, isSent } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided } from './decide.ts';
import { focusOf, readFocus } from './focus.ts';
import { dispensedFor, doubtOf, endsWithIt, orderOf, successorOf } from './renewal.ts';

/**
 * The prescription that is asked for, with its medicine's name, in words how it is taken, and what follows it already; null: there is none of this patient's. Those words
 * are fetched with the first refill that is opened.
 */
export const prescriptionQuery = (fhir: Fhir, task: Task) =>
  queryOptions({
    queryKey: ['prescription', fhir.patient, task.id, focusOf(task, 'MedicationRequest') ?? ''],
    queryFn: async () => {
      const [page, { prescribedText }] = await Promise.all([
        readFocus<MedicationRequest>(fhir, task, 'MedicationRequest', {
          _include: 'MedicationRequest:medication',
        }),
        import('../../format/dosage.ts'),
      ]);
      if (!page) return null;
      const [shown] = prescriptionsOf([page.found, ...page.included]);
      const { resources } = await allPages<MedicationRequest>(fhir, 'MedicationRequest', {
        patient: fhir.patient ?? '',
        _elements: OF_OTHERS,
      });
      return {
        stored: page.found,
        shown: shown ?? page.found,
        taken: prescribedText(page.found.dosageInstruction),
        next: successorOf(page.found, resources),
      };
    },
  });

/** What tells whether one follows another. */
const OF_OTHERS =
  'status,intent,doNotPerform,priorPrescription,medicationCodeableConcept,medicationReference,authoredOn,requester,identifier';

/** What may differ from the prescription before. */
export interface Renewal {
  readonly dosage: string;
  /** '' where the one before said nothing of it. */
  readonly repeats: string;
  /** With another dosage: how much is handed over each time, in the unit of the one before, and for how many days that lasts. */
  readonly quantity: string;
  readonly days: string;
  readonly note: string;
}

/** `taken`: in words, how the one before is taken. */
export const renewalOf = ({ dispenseRequest }: MedicationRequest, taken: string): Renewal => ({
  dosage: taken,
  repeats: String(dispenseRequest?.numberOfRepeatsAllowed ?? ''),
  quantity: '',
  days: '',
  note: '',
});

export const hasOtherDosage = ({ dosage }: Renewal, taken: string): boolean => dosage.trim() !== taken;

/** Words in the place of the timing that was meant before: both would contradict each other. */
function changed(
  order: Pick<MedicationRequest, 'dispenseRequest'>,
  { prescription, taken, renewal }: Pick<Approval, 'prescription' | 'taken' | 'renewal'>,
): Partial<MedicationRequest> {
  const { dosage, repeats } = renewal;
  const isOther = hasOtherDosage(renewal, taken);
  const dispenseRequest = {
    ...(isOther && order.dispenseRequest
      ? dispensedFor(renewal, order.dispenseRequest)
      : order.dispenseRequest),
    ...(repeats === renewalOf(prescription, taken).repeats
      ? {}
      : { numberOfRepeatsAllowed: Number(repeats) }),
  };
  return {
    ...(isOther
      ? { dosageInstruction: [{ text: dosage.trim(), ...ofTheProduct(prescription.dosageInstruction) }] }
      : {}),
    ...(Object.keys(dispenseRequest).length > 0 ? { dispenseRequest } : {}),
  };
}

/** Which way it goes in is the medicine's, and that is the same: kept where every part of the dosage says one thing. */
function ofTheProduct(dosage: readonly Dosage[] = []): Pick<Dosage, 'route' | 'method'> {
  const [first] = dosage;
  const isOfAll = (name: 'route' | 'method'): boolean =>
    first?.[name] !== undefined &&
    dosage.every((each) => JSON.stringify(each[name]) === JSON.stringify(first[name]));
  return {
    ...(first?.route && isOfAll('route') ? { route: first.route } : {}),
    ...(first?.method && isOfAll('method') ? { method: first.method } : {}),
  };
}

/** Where it is said that a prescription which is not in force is wanted all the same. */
export const sureId = ({ id }: Task): string => `sure-${id}`;
/** Where it is changed. */
export const dosageId = ({ id }: Task): string => `dosage-${id}`;
export const repeatsId = ({ id }: Task): string => `repeats-${id}`;
export const quantityId = ({ id }: Task): string => `quantity-${id}`;
export const daysId = ({ id }: Task): string => `days-${id}`;

/** Two digits, as a prescription has room for; FHIR itself takes any unsignedInt. */
const REPEATS = /^\d{1,2}$/;
/** More than nothing. */
const AMOUNT = /^(?=.*[1-9])\d{1,5}([.,]\d{1,2})?$/;
const DAYS = /^[1-9]\d{0,2}$/;

/** What was typed is prescribed, or said to be wrong: never quietly as it was before. */
function requireRenewal(task: Task, { prescription, taken, renewal }: Approval): void {
  const { dosage, repeats, quantity, days } = renewal;
  const before = renewalOf(prescription, taken);
  requireRight(dosageId(task), !dosage.trim() && before.dosage !== '' && 'Say how the medicine is taken.');
  requireRight(
    repeatsId(task),
    repeats !== before.repeats && !REPEATS.test(repeats) && 'Please enter a whole number from 0 to 99.',
  );
  if (!hasOtherDosage(renewal, taken)) return;
  const { quantity: amount, expectedSupplyDuration: lasting } = prescription.dispenseRequest ?? {};
  requireRight(quantityId(task), amount !== undefined && !AMOUNT.test(quantity) && NOT_FITTING);
  requireRight(daysId(task), lasting !== undefined && !DAYS.test(days) && NOT_FITTING);
}

const NOT_FITTING = 'The dosage is another one: please enter the number that goes with it.';

interface Approval {
  readonly by: By;
  readonly prescription: MedicationRequest;
  /** In words, how that one is taken. */
  readonly taken: string;
  /** What follows it already. */
  readonly next?: MedicationRequest | undefined;
  readonly renewal: Renewal;
  /** Of one that was stopped, was renewed already, or is in force nowhere: it was read, and is wanted all the same. */
  readonly isSure?: boolean;
  readonly identity: string;
}

export function approveRefill(fhir: FhirApi, task: Task, approval: Approval): Promise<void> {
  const { by, prescription, next, renewal, isSure = false, identity } = approval;
  requireRenewal(task, approval);
  // Its answer was lost: what follows it is what is sent again.
  const doubt = doubtOf(prescription, next && isSent(next, identity) ? undefined : next);
  if (doubt && !isSure) throw new FieldProblem({ [sureId(task)]: doubt });
  const fullUrl = `urn:uuid:${crypto.randomUUID()}`;
  const order = orderOf(prescription);
  const renewed: MedicationRequest = {
    ...order,
    ...changed(order, approval),
    status: 'active',
    authoredOn: new Date().toISOString(),
    requester: by,
    priorPrescription: { reference: `MedicationRequest/${prescription.id}` },
  };
  const output: Task['output'] = [
    { type: { text: 'Renewed prescription' }, valueReference: { reference: fullUrl } as never },
  ];
  return decide(
    fhir,
    decided(task, by, { status: 'completed', note: renewal.note, output }),
    [
      { resource: identified(renewed, identity), fullUrl, onlyIfNone: criteriaOf(identity) },
      ...(endsWithIt(prescription)
        ? [{ resource: { ...prescription, status: 'completed' } as MedicationRequest }]
        : []),
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
