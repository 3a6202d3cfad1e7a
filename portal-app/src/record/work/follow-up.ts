/** A Task that colleagues make for each other. Only staff see it, as those that the server files (R18). */
import type { Task } from '@medplum/fhirtypes';
import { endOfDay } from '../../format/clinic-clock.ts';
import type { By } from '../staff/use-by.ts';
import { inPool, type Pool, TASKS } from './kinds.ts';

/** A person's pool goes along: what waits for another one, their role may not see. */
export type To = { readonly person: By; readonly pool?: Pool } | { readonly pool: Pool };

const NOT_FOR_PATIENTS = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: 'NOPAT',
} as const;

/** Whether the patient reads it, and all that is noted on it: what they asked for by a Task of their own. */
export const isSeenByPatient = ({ meta }: Task): boolean =>
  !(meta?.security ?? []).some(
    ({ system, code }) => system === NOT_FOR_PATIENTS.system && code === NOT_FOR_PATIENTS.code,
  );

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
