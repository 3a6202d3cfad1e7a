/** The Task as far as what it is about has been read: whatever is done names that version, so that nobody answers what the page does not show yet. */
import type { Task } from '@medplum/fhirtypes';
import { useQueryClient } from '@tanstack/react-query';
import { cameAgainAt } from '@wellspring/profiles/put-off';
import { useEffect, useState } from 'react';
import { isOpen } from '../../../record/work/kinds.ts';

/** Queries of what an item is about, by the first word of their keys. */
export const MATTERS = [
  'messages',
  'prescription',
  'visit',
  'release',
  'response',
  'coverage',
  'document',
  'patient',
  'beside',
] as const;

const MATTER: ReadonlySet<unknown> = new Set(MATTERS);

/** `readAt`: when the Task was read last. */
export function useSeen(task: Task, readAt: number): Task {
  const queries = useQueryClient();
  const [seen, setSeen] = useState(task);
  const isNew = isOpen(task) && cameAgainAt(task) !== cameAgainAt(seen);
  // What could not be read is read again whenever the Task is.
  useEffect(() => {
    if (!isNew) return;
    let isGone = false;
    const matters = {
      predicate: ({ queryKey: [first] }: { queryKey: readonly unknown[] }) => MATTER.has(first),
    };
    queries.invalidateQueries(matters, { throwOnError: true }).then(
      () => isGone || setSeen(task),
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [queries, isNew, task, readAt]);
  return isNew ? seen : task;
}
