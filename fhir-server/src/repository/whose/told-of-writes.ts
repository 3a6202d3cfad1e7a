/** Whose record what is written is for the audit log, where it names no patient itself: the file of a document, a note of who wrote a result, a Task by its focus. */
import type { AccessContext } from '../../access/access-context.ts';
import { ABOUT_OTHERS } from '../../search/links.ts';
import type { CreateOperation, ResourceStore, UpdateOperation, WriteOperation } from '../../store/store.ts';
import { HOPS, ownersOfNames, ownPatient } from './patients-of.ts';

type Written = CreateOperation | UpdateOperation;

const nameOf = ({ type, id }: WriteOperation): string => `${type}/${id}`;

const isWritten = (operation: WriteOperation): operation is Written =>
  operation.kind === 'create' || operation.kind === 'update';

/** Of a deletion is not known here whether what goes names a patient. */
const namesNobody = (operation: WriteOperation): boolean =>
  ABOUT_OTHERS.has(operation.type) &&
  (operation.kind === 'delete' || (isWritten(operation) && operation.entries.owners.length === 0));

/** The same operations, with `patients` where what is written is about something of theirs. For the log alone. `store`: all of it; throws StoreError. */
export async function toldOfWrites(
  store: Pick<ResourceStore, 'read' | 'vread' | 'search'>,
  access: AccessContext,
  operations: readonly WriteOperation[],
): Promise<readonly WriteOperation[]> {
  if (!access.trail || !operations.some(namesNobody)) return operations;
  const own = ownPatient(access);
  const together = new Map(operations.filter(isWritten).map((each) => [nameOf(each), each]));
  const reached = new Map(
    operations
      .filter(namesNobody)
      .map((each) => [each, isWritten(each) ? targetsOf(each, together) : [nameOf(each)]]),
  );
  const outside = [...reached.values()].flat().filter((name) => !together.has(name));
  const owners = own === undefined ? await ownersOfNames(store, new Set(outside)) : new Map();
  const ownersOf = (name: string): readonly string[] =>
    together.get(name)?.entries.owners ?? owners.get(name) ?? [];
  return operations.map((each) => {
    const names = reached.get(each);
    if (!names || each.kind === 'reindex') return each;
    return { ...each, patients: own === undefined ? [...new Set(names.flatMap(ownersOf))] : [own] };
  });
}

/** What an operation is about, through others of the same transaction. */
function targetsOf(
  { entries }: Written,
  together: ReadonlyMap<string, Written>,
  hops = HOPS,
): readonly string[] {
  const targets = entries.links.flatMap(({ by, target }) => (by === 'about' ? [target] : []));
  return targets.flatMap((name) => {
    const beside = together.get(name);
    return beside && hops > 1 ? [name, ...targetsOf(beside, together, hops - 1)] : [name];
  });
}
