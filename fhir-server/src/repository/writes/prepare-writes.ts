/** Writes asked for → store operations: access rules, validation, reference checks, index entries. */
import { FhirError, inEntry } from '@wellspring/profiles';
import { createBreath } from '../../breath.ts';
import type { WriteOperation } from '../../store/store.ts';
import { type ChangedAppointment, freedSlots } from '../visits/freed-slots.ts';
import type { Appointment } from '../visits/slot-hold.ts';
import { takenSlots, type WrittenAppointment } from '../visits/taken-slots.ts';
import { contactTask } from '../work/contact-task.ts';
import { withoutWork, workItems } from '../work/work-items.ts';
import { carriedLabels } from './carried-labels.ts';
import { type LabelsBeside, labelledBeside } from './labels-beside.ts';
import type { Preparation } from './preparation.ts';
import { prepareDelete } from './prepare-delete.ts';
import { prepareWrite, type Together } from './prepare-write.ts';
import type { Deletion, Write, Writing } from './write.ts';

/** One operation for each write, in their order; then what the clinic is told of them. */
export async function prepareWrites(
  preparation: Preparation,
  writes: readonly Write[],
  entryOf?: (index: number) => number,
): Promise<WriteOperation[]> {
  const { store, access } = preparation;
  const written = writes.filter(isWriting);
  const labelsBeside: LabelsBeside = new Map();
  const together: Together = {
    names: new Set(written.map(({ resource, id }) => `${resource.resourceType}/${id}`)),
    resources: written.map(({ resource }) => resource),
    changedContacts: new Set(),
    labelsBeside,
    carried: await carriedLabels(preparation, written, labelsBeside),
  };
  const operations: WriteOperation[] = [];
  const breath = createBreath();
  for (const [index, write] of writes.entries()) {
    await breath();
    try {
      operations.push(
        isWriting(write)
          ? await prepareWrite(preparation, write, together)
          : await prepareDelete(preparation, write),
      );
    } catch (error) {
      throw error instanceof FhirError && entryOf ? inEntry(error, entryOf(index)) : error;
    }
  }
  const now = Date.now();
  return [
    ...operations,
    ...(await labelledBeside(store, labelsBeside, together.names)),
    ...[...together.changedContacts].map((patient) => contactTask(access, patient, now)),
    ...(await workItems(
      { store, access, now },
      written.map(({ resource, id, interaction }) => ({ resource, id, isUpdate: interaction === 'update' })),
      together.names,
    )),
    ...(await withoutWork(store, writes.filter(isDeletion), now)),
    ...(await freedSlots(store, changedAppointments(writes), together.names)),
    ...(await takenSlots(
      {
        store,
        access,
        now,
        appointments: writtenAppointments(writes),
        own: new Map(written.map(({ resource, id }) => [`${resource.resourceType}/${id}`, resource])),
        gone: new Set(writes.filter(isDeletion).map(({ type, id }) => `${type}/${id}`)),
      },
      entryOf,
    )),
  ];
}

const isDeletion = (write: Write): write is Deletion => write.interaction === 'delete';
const isWriting = (write: Write): write is Writing => write.interaction !== 'delete';

function changedAppointments(writes: readonly Write[]): ChangedAppointment[] {
  return writes.flatMap((write) => {
    if (write.interaction === 'create') return [];
    if (write.interaction === 'delete')
      return write.type === 'Appointment' ? { id: write.id, after: undefined } : [];
    return write.resource.resourceType === 'Appointment' ? { id: write.id, after: write.resource } : [];
  });
}

const writtenAppointments = (writes: readonly Write[]): WrittenAppointment[] =>
  writes.flatMap((write, index) =>
    isWriting(write) && write.resource.resourceType === 'Appointment'
      ? {
          id: write.id,
          index,
          after: write.resource as Appointment,
          isUpdate: write.interaction === 'update',
        }
      : [],
  );
