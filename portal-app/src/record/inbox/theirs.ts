/** Whose turn it is with a Task: one answer for the first page, the inbox, check-in, and what is done when answers are sent. */
import type { Task } from '@medplum/fhirtypes';

/** From which the server lets them finish what is theirs (fhir-server/src/access/write-rules.ts). */
export const TO_DO = ['ready', 'requested', 'received', 'accepted', 'in-progress'] as const;

const STATES: ReadonlySet<string> = new Set(TO_DO);

/** `self`: who is signed in. What is ready and nobody's by name is theirs too: what they asked the clinic for is never called so. */
export function isTheirsToDo({ status, owner }: Task, self: string): boolean {
  if (owner?.reference === undefined) return status === 'ready';
  return STATES.has(status) && (owner.reference.startsWith('Patient/') || owner.reference === self);
}
