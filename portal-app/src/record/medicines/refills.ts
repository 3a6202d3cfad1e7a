/** Refill requests: a Task whose focus is the prescription, as R4's own example has it. */
import type { MedicationRequest, Reference, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { lookUp } from '../../format/table.ts';
import { isFromClinic, medicineName } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { namesOf, type Pharmacy } from './supply.ts';

const SYSTEM = 'http://snomed.info/sct';
const CODE = '103742009';
const OPEN = ['requested', 'received', 'accepted', 'in-progress', 'on-hold'];

export const refillsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['refills', fhir.patient],
    queryFn: () =>
      fhir.search<Task>('Task', {
        patient: fhir.patient,
        code: `${SYSTEM}|${CODE}`,
        _sort: '-modified',
        _count: '100',
      }),
  });

export const isOpen = ({ status }: Task): boolean => OPEN.includes(status);

/** The newest request for this prescription, or for the one that it renews: the answer to that one made it. */
export const refillOf = (tasks: readonly Task[], request: MedicationRequest): Task | undefined =>
  tasks.find(({ focus }) => focus?.reference !== undefined && namesOf(request).includes(focus.reference));

const ANSWERED = ['completed', 'rejected'];

/** The clinic has decided. */
export const isAnswered = ({ status }: Task): boolean => ANSWERED.includes(status);

/** What the clinic wrote to its decision: why not, or its newest note; never the person's own words. */
export function answerOf({ statusReason, note = [], requester }: Task): string | undefined {
  const theirs = note.findLast(
    (each) => isFromClinic(each) && each.authorReference?.reference !== requester?.reference,
  );
  return statusReason?.text ?? theirs?.text;
}

const asReference = ({ reference, name }: Pharmacy) =>
  ({ reference, display: name }) as Reference as NonNullable<
    NonNullable<Task['input']>[number]['valueReference']
  >;

/**
 * One open request a prescription: the server gives back the one that is there, however often and from wherever it is asked. Returns whether that is what was sent: what is there already
 * may have another note, or another pharmacy.
 */
export async function askForRefill(
  fhir: Fhir,
  request: MedicationRequest,
  { note, pharmacy }: { readonly note: string; readonly pharmacy: Pharmacy | undefined },
): Promise<boolean> {
  const now = new Date().toISOString();
  const self = { reference: fhir.self } as Reference as NonNullable<Task['requester']>;
  const focus = `MedicationRequest/${request.id}` as const;
  const task: Task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: {
      coding: [{ system: SYSTEM, code: CODE, display: 'Renewal of prescription (procedure)' }],
      text: 'Refill request',
    },
    description: 'Refill request',
    focus: { reference: focus, display: medicineName(request) },
    for: { reference: `Patient/${fhir.patient}` },
    authoredOn: now,
    lastModified: now,
    requester: self,
    ...(request.requester ? { owner: request.requester as NonNullable<Task['owner']> } : {}),
    ...(pharmacy ? { input: [{ type: { text: 'Pharmacy' }, valueReference: asReference(pharmacy) }] } : {}),
    ...(note.trim() === '' ? {} : { note: [{ time: now, text: note.trim() }] }),
  };
  const stored = await fhir.create(task, `focus=${focus}&code=${SYSTEM}|${CODE}&status=${OPEN.join(',')}`);
  return askedWith(stored) === askedWith(task);
}

/** Names beside references are the server's. */
const askedWith = ({ note = [], input = [] }: Task): string =>
  JSON.stringify([note[0]?.text, input[0]?.valueReference?.reference]);

export const cancelRefill = (fhir: Fhir, task: Task): Promise<Task> =>
  fhir.update({ ...task, status: 'cancelled', statusReason: { text: 'Cancelled by the patient' } });

const WORDS: Readonly<Record<string, Text>> = {
  requested: 'Refill asked for',
  received: 'The clinic has your refill request',
  accepted: 'Refill accepted',
  'in-progress': 'Refill is being prepared',
  'on-hold': 'The clinic has your refill request',
  completed: 'Refill done',
  rejected: 'Refill declined',
  cancelled: 'Refill request cancelled',
};

export const refillWords = ({ status }: Task): string => t(lookUp(WORDS, status) ?? 'Refill request');
