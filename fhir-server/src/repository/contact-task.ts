/** The clinic is told that contact data was changed from the patient's side: a Task in the same transaction, one at a time for each patient. */
import { randomUUID } from 'node:crypto';
import type { AccessContext } from '../access/access-context.ts';
import { ownersOf } from '../access/owner-table.ts';
import { indexEntries } from '../search/index-entries.ts';
import { and, type QueryNode } from '../search/query.ts';
import { tokenNode } from '../search/types/token.ts';
import type { ResourceStore, WriteOperation } from '../store/store.ts';
import { type ResourceJson, resourceText } from './resource-text.ts';

const SYSTEM = 'urn:wellspring:task';
const CODE = 'contact-changed';

/** undefined when one is open already. */
export async function contactTask(
  store: ResourceStore,
  access: AccessContext,
  patient: string,
  now: number,
): Promise<WriteOperation | undefined> {
  const open: QueryNode = and(
    { kind: 'owner', patients: [patient] },
    tokenNode('code', `${SYSTEM}|${CODE}`),
    tokenNode('status', 'requested'),
  );
  const { matches } = await store.search({
    type: 'Task',
    where: open,
    sort: [{ by: 'mainDate', descending: true }],
    count: 1,
    total: 'none',
  });
  if (matches.length > 0) return undefined;
  const id = randomUUID();
  const by = access.fhirUser ? `${access.fhirUser.type}/${access.fhirUser.id}` : `Patient/${patient}`;
  const at = new Date(now).toISOString();
  const task: ResourceJson = {
    resourceType: 'Task',
    id,
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: SYSTEM, code: CODE }], text: 'Confirm changed contact details' },
    focus: { reference: `Patient/${patient}` },
    for: { reference: `Patient/${patient}` },
    requester: { reference: by },
    authoredOn: at,
    lastModified: at,
    description:
      'Contact details were changed from the patient’s side. They prove nobody’s identity until the clinic confirms them.',
  };
  return {
    kind: 'create',
    type: 'Task',
    id,
    text: resourceText(task, id),
    entries: indexEntries(task, ownersOf(task)),
  };
}
