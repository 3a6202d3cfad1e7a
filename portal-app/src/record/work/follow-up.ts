/** A Task that colleagues make for each other. Only staff see it, as those that the server files (R18). */
import type { Task } from '@medplum/fhirtypes';
import { endOfDay } from '../../format/clinic-clock.ts';
import { NOT_FOR_PATIENTS } from '../patient/kept-from.ts';
import type { By } from '../staff/use-by.ts';
import { inPool, type Pool, TASKS } from './kinds.ts';

/** A person's pool goes along: what waits for another one, their role may not see. */
export type To = { readonly person: By; readonly pool?: Pool } | { readonly pool: Pool };

/** About the same patient. `due`: YYYY-MM-DD or ''. */
export function followUpOf(
  about: Task,
  { by, to, what, due }: { readonly by: By; readonly to: To; readonly what: string; readonly due: string },
): Task {
  const now = new Date().toISOString();
  return {
    resourceType: 'Task',
    meta: { security: [NOT_FOR_PATIENTS] },
    status: 'requested',
    intent: 'order',
    priority: 'routine',
    code: { coding: [{ system: TASKS, code: 'follow-up' }] },
    description: what.trim(),
    ...(about.focus ? { focus: about.focus } : {}),
    ...(about.for ? { for: about.for } : {}),
    authoredOn: now,
    lastModified: now,
    requester: by,
    ...assignedTo(to),
    ...(due ? { restriction: { period: { end: endOfDay(due) } } } : {}),
  };
}

export const assignedTo = (to: To): Pick<Task, 'owner' | 'performerType'> => ({
  ...('person' in to ? { owner: to.person } : {}),
  ...(to.pool ? inPool(to.pool) : {}),
});
