/** Critical values whose report is there no more, filed by themselves. */
import { ownersOf } from '../../access/owner-table.ts';
import { resourceOf } from '../text/resource-text.ts';
import { type Known, ofResult } from './result-work.ts';
import {
  ANYBODY,
  type Desk,
  type Filed,
  filed,
  groupIdentifierOf,
  isOpen,
  labelsOf,
  ofGroups,
  type WrittenResource,
} from './tasks.ts';
import { untoldValues } from './untold.ts';
import { isRecent, isTelling, workOf } from './work-kinds.ts';

/** Critical values that nobody has looked at with their report, and that no report tells any more. `gone`: what is deleted, `Type/id`. */
export async function untoldWork(
  desk: Desk,
  known: Known,
  { written, gone }: { readonly written: readonly WrittenResource[]; readonly gone: ReadonlySet<string> },
): Promise<(readonly [string, Filed])[]> {
  const over = [...gone].filter((name) => name.startsWith('DiagnosticReport/'));
  for (const { resource, id, isUpdate } of written)
    if (resource.resourceType === 'DiagnosticReport' && isUpdate && !isTelling(resource))
      over.push(`DiagnosticReport/${id}`);
  const unseen = over.length === 0 ? [] : await ofGroups(desk.store, over, isOpen);
  const reports = new Set(unseen.flatMap((task) => groupIdentifierOf(resourceOf(task)) ?? []));
  const found: (readonly [string, Filed])[] = [];
  for (const { name, resource } of await untoldValues(desk.store, known, reports, gone)) {
    const work = workOf(resource, ANYBODY);
    const [patient, ...more] = ownersOf(resource);
    if (!work || patient === undefined || more.length > 0 || !isRecent(work, desk.now, true)) continue;
    const theirs = await ofResult(desk.store, known, resource, work, patient);
    const operation = filed(desk, theirs, { patient, focus: name, group: name, labels: labelsOf(resource) });
    found.push([name, { goesOn: [theirs.kind], isUpdate: false, isUrgent: theirs.isUrgent, operation }]);
  }
  return found;
}
