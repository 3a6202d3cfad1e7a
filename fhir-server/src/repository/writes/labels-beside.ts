/** What gets labels because of what is written, and is not written itself: a file that is named no more, values of a report that is kept. */
import { type Label, withLabels } from '../../access/sent-labels.ts';
import type { ResourceStore, UpdateOperation } from '../../store/store.ts';
import { ownUpdate, storedResource } from '../own-writes.ts';

/** `Type/id` → the labels that it gets. */
export type LabelsBeside = Map<string, readonly Label[]>;

/** `own`: `Type/id` of all that is written, which says of its own what it is labelled. */
export async function labelledBeside(
  store: Pick<ResourceStore, 'read'>,
  labels: LabelsBeside,
  own: ReadonlySet<string>,
): Promise<UpdateOperation[]> {
  const operations: UpdateOperation[] = [];
  for (const [name, given] of labels) {
    const found = own.has(name) ? undefined : await storedResource(store, name);
    if (!found) continue;
    const resource = withLabels(found.resource, given);
    operations.push(ownUpdate(resource, name.slice(name.indexOf('/') + 1), found.version));
  }
  return operations;
}
