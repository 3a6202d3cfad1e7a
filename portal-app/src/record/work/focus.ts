/** What an item is about, and of whom: nothing of another record is shown, or decided, below a patient's name. */
import type { Resource, Task } from '@medplum/fhirtypes';
import { idOf } from '../../format/reference.ts';
import type { Fhir, Page } from '../../smart/fhir.ts';

/** Of such a type, by `Task.focus`; undefined: it names none. */
export const focusOf = ({ focus }: Task, type: Resource['resourceType']): string | undefined =>
  idOf(focus, type);

/**
 * With what is read along with it; null: the item names none of that type, or it is not there, was entered in error, or is not of the record that is open. An item that names
 * nothing is not asked for: a search for an empty `_id` finds everything (https://hl7.org/fhir/R4/search.html#errors: a parameter without a value is ignored).
 */
export async function readFocus<T extends Resource>(
  fhir: Fhir,
  task: Task,
  type: T['resourceType'],
  beside: Readonly<Record<string, string>> = {},
): Promise<(Page<T> & { readonly found: T }) | null> {
  const id = focusOf(task, type);
  if (id === undefined || idOf(task.for, 'Patient') !== fhir.patient) return null;
  const page = await fhir.search<T>(type, { _id: id, patient: fhir.patient, ...beside });
  // A server that does not search so has answered with something else.
  const found = page.resources.find((each) => each.id === id);
  return found ? { ...page, found } : null;
}
