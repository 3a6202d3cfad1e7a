/** The clinic is told that contact data was changed from the patient's side: a Task in the same transaction, one at a time for each patient. */
import type { AccessContext } from '../../access/access-context.ts';
import { NOT_FOR_PATIENTS } from '../../access/labels.ts';
import { WORK_KINDS } from '../../access/write-rules.ts';
import { and } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { WriteOperation } from '../../store/store.ts';
import { createTask, performerType } from './tasks.ts';

const CODE = 'contact-changed';

/** Made unless one is open already. */
export function contactTask(access: AccessContext, patient: string, now: number): WriteOperation {
  const by = access.fhirUser ? `${access.fhirUser.type}/${access.fhirUser.id}` : `Patient/${patient}`;
  const at = new Date(now).toISOString();
  return createTask(
    {
      resourceType: 'Task',
      meta: { security: [NOT_FOR_PATIENTS] },
      status: 'requested',
      intent: 'order',
      priority: 'routine',
      code: { coding: [{ system: WORK_KINDS, code: CODE }], text: 'Confirm changed contact details' },
      focus: { reference: `Patient/${patient}` },
      for: { reference: `Patient/${patient}` },
      requester: { reference: by },
      performerType: performerType('front-desk'),
      authoredOn: at,
      lastModified: at,
      description:
        'Contact details were changed from the patient’s side. They prove nobody’s identity until the clinic confirms them.',
    },
    and(
      { kind: 'owner', patients: [patient] },
      tokenNode('code', `${WORK_KINDS}|${CODE}`),
      tokenNode('status', 'requested'),
    ),
  );
}
