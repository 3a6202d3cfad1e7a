/** Writes asked for → store operations: access rules, validation, reference checks, index entries. */
import { FhirError, inEntry, type OriginOf } from '@wellspring/profiles';
import { createBreath } from '../../breath.ts';
import type { WriteOperation } from '../../store/store.ts';
import { ownUpdate } from '../own-writes.ts';
import { type ChangedAppointment, freedSlots } from '../visits/freed-slots.ts';
import type { Appointment } from '../visits/slot-hold.ts';
import { type Stated, statedSlots, type WrittenSlot } from '../visits/stated-slots.ts';
import { takenSlots, type WrittenAppointment } from '../visits/taken-slots.ts';
import { contactTask } from '../work/contact-task.ts';
import { withoutWork } from '../work/deleted-work.ts';
import { endedWithInsurance } from '../work/handed-in-with.ts';
import { workItems } from '../work/work-items.ts';
import { carriedLabels, guarded, retold } from './carried-labels.ts';
import { type LabelsBeside, labelledBeside } from './labels-beside.ts';
import type { Preparation } from './preparation.ts';
import { prepareDelete } from './prepare-delete.ts';
import { prepareWrite, type Together } from './prepare-write.ts';
import type { Deletion, Write, Writing } from './write.ts';

/** One operation for each write, in their order; then what the clinic is told of them. */
export async function prepareWrites(
  preparation: Preparation,
  writes: readonly Write[],
  originOf?: OriginOf,
): Promise<WriteOperation[]> {
  const written = writes.filter(isWriting);
  const labelsBeside: LabelsBeside = new Map();
  const named = new Map(written.map(({ resource, id }) => [`${resource.resourceType}/${id}`, resource]));
  const together: Together = {
    names: new Set(named.keys()),
    resources: written.map(({ resource }) => resource),
    named,
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
      throw error instanceof FhirError && originOf ? inEntry(error, originOf(index)) : error;
    }
  }
  return besides(preparation, writes, { operations, together }, originOf);
}

/** With what the server writes beside: of one resource once, for what comes first makes the version that what came after would have named. What is deleted is written by nobody. */
async function besides(
  { store, access }: Preparation,
  writes: readonly Write[],
  { operations, together }: { readonly operations: readonly WriteOperation[]; readonly together: Together },
  originOf: OriginOf | undefined,
): Promise<WriteOperation[]> {
  const now = Date.now();
  const written = writes.filter(isWriting);
  const deleted = writes.filter(isDeletion);
  const appointments = writtenAppointments(writes);
  const own = new Set([...together.names, ...deleted.map(({ type, id }) => `${type}/${id}`)]);
  const beside: WriteOperation[] = [];
  const add = (more: readonly WriteOperation[]): void => {
    beside.push(...more);
    for (const { type, id } of more) own.add(`${type}/${id}`);
  };
  add(await labelledBeside(store, together.labelsBeside, own));
  add([...together.changedContacts].map((patient) => contactTask(access, patient, now)));
  // Before what is filed: what came in the place of what is deleted waits by itself.
  const desk = { store, access, now };
  add(await withoutWork(desk, { deleted, known: together.named }, own));
  const resources = written.map(({ resource, id, interaction }) => ({
    resource,
    id,
    isUpdate: interaction === 'update',
  }));
  add(await workItems(desk, { written: resources, known: together.named }, own));
  add(await endedWithInsurance(store, resources, own));
  const stated = await statedSlots({ store, now, slots: writtenSlots(writes), appointments, own });
  const said = new Map(together.named);
  for (const [index, { resource: slot }] of stated) if (slot) said.set(`Slot/${operations[index]?.id}`, slot);
  const taken = await takenSlots(
    {
      store,
      access,
      now,
      appointments,
      own: said,
      gone: new Set(deleted.map(({ type, id }) => `${type}/${id}`)),
    },
    originOf,
  );
  add(taken.operations);
  add(await freedSlots(store, { changes: changedAppointments(writes), written: appointments }, own));
  return [
    ...operations.map((each, index) => asRead(asStated(each, stated.get(index)), taken.read)),
    ...beside,
  ];
}

/** A Slot as it is to be stored, and as nobody else has it by what was read. */
function asStated(operation: WriteOperation, stated: Stated | undefined): WriteOperation {
  if (!stated || (operation.kind !== 'update' && operation.kind !== 'create')) return operation;
  const { resource, version } = stated;
  const told = resource ? retold(operation, ownUpdate(resource, operation.id)) : operation;
  return version === undefined ? told : asRead(told, new Map([[`Slot/${operation.id}`, version]]));
}

/** A Slot that is written as well: whether another visit has it was asked of what was read, which must still stand. */
function asRead(operation: WriteOperation, read: ReadonlyMap<string, number>): WriteOperation {
  const version = read.get(`${operation.type}/${operation.id}`);
  if (version === undefined || operation.kind !== 'update') return operation;
  if (operation.expectedVersion !== undefined || operation.ifNoneExist) return operation;
  return guarded(operation, { expectedVersion: version });
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

const writtenSlots = (writes: readonly Write[]): WrittenSlot[] =>
  writes.flatMap((write, index) =>
    isWriting(write) && write.resource.resourceType === 'Slot'
      ? {
          id: write.id,
          index,
          after: write.resource,
          isUpdate: write.interaction === 'update' && write.isNewId !== true,
        }
      : [],
  );

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
