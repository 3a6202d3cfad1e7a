/** What somebody holds goes to a colleague or a pool: one item, or at the end of a shift all of it in one transaction; and back again. */
import type { Task } from '@medplum/fhirtypes';
import { allPages } from '../../smart/all-pages.ts';
import { type Change, type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { criteriaOf, identified, isSent, markSent, tokenOf } from '../../smart/once.ts';
import { isSeenByPatient } from '../patient/kept-from.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided, takenBack } from './decide.ts';
import { assignedTo, followUpOf, type To } from './follow-up.ts';
import { heldBy } from './queue.ts';
import { tasksOf } from './several.ts';

interface Handing {
  readonly by: By;
  readonly to: To;
  /** For whoever takes it. */
  readonly note: string;
  readonly identity: string;
}

export function handOver(fhir: FhirApi, task: Task, handing: Handing): Promise<void> {
  return decide(fhir, handed(task, handing), noteApart(task, handing), handing.identity);
}

/** All that is one's own and waits, as it is at that moment: all of it or nothing. Resolves to how each was before. */
export async function handOverAll(fhir: FhirApi, handing: Handing): Promise<readonly Task[]> {
  for (let attempt = 1; ; attempt++) {
    const { resources: mine } = await allPages<Task>(fhir, 'Task', heldBy(fhir.self));
    if (mine.length === 0) return [];
    try {
      await fhir.transact(
        mine.flatMap((task) => [
          ...noteApart(task, handing),
          { resource: markSent(handed(task, handing), handing.identity) },
        ]),
      );
      return mine;
    } catch (error) {
      // Something of it was answered or taken in between: what is left is looked at again.
      if (!(error instanceof FhirFailure) || error.status !== 412 || attempt === ATTEMPTS) throw error;
    }
  }
}

const ATTEMPTS = 3;

function handed(task: Task, { by, to, note }: Handing): Task {
  const { owner: _, ...noted } = decided(task, by, {
    status: task.status,
    ...(isSeenByPatient(task) ? {} : { note }),
  });
  return { ...noted, ...assignedTo(to) };
}

const NOTE = '-note-';

/** What patients asked for by a Task of their own they read, with all that is noted on it: a word among colleagues is a Task apart. */
function noteApart(task: Task, { by, to, note, identity }: Handing): readonly Change[] {
  if (note.trim() === '' || !isSeenByPatient(task)) return [];
  const part = `${NOTE}${task.id}`;
  const resource = identified(followUpOf(task, { by, to, what: note, due: '' }), identity, part);
  return [{ resource, onlyIfNone: criteriaOf(identity, part) }];
}

/** Back to whose it was, with the notes that went along, in one transaction. Resolves to how many it could not take back: somebody has touched them since. */
export async function takeAllBack(fhir: FhirApi, before: readonly Task[], identity: string): Promise<number> {
  const now = await tasksOf(
    fhir,
    '_id',
    before.flatMap(({ id }) => id ?? []),
  );
  const untouched = now.filter((task) => isSent(task, identity));
  const notes = await tasksOf(
    fhir,
    'identifier',
    untouched.map(({ id }) => tokenOf(identity, `${NOTE}${id}`)),
  );
  const back = untouched.flatMap((task) => {
    const then = before.find(({ id }) => id === task.id);
    return then ? [takenBack(task, then)] : [];
  });
  const withdrawn = notes
    .filter(({ status }) => status === 'requested')
    .map((note): Task => ({ ...note, status: 'cancelled' }));
  if (back.length > 0) await fhir.transact([...back, ...withdrawn].map((resource) => ({ resource })));
  return before.length - back.length;
}
