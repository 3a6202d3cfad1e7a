/**
 * What the care team does with what waits: claim, hand over, finish, and whatever else goes with it in one transaction. Each change names the version of the Task that
 * was looked at, so that two people never answer the same thing unaware of each other.
 */
import type { Annotation, Task } from '@medplum/fhirtypes';
import { cameAgainAt, modifiedAt } from '@wellspring/profiles/put-off';
import { Explained } from '../../format/explained.ts';
import { t } from '../../i18n/text.ts';
import { type Change, type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { isSent, markSent } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';
import { isOpen } from './kinds.ts';

/** Somebody else was quicker: says who. */
export class TakenMeanwhile extends Explained {
  /** It is finished: nothing can be done about it any more. */
  readonly isOver: boolean;
  constructor({ owner, ...task }: Task) {
    const name = owner?.display ?? t('A colleague');
    super(
      isOpen(task as Task)
        ? t('{name} took this a moment ago. Nothing was sent; look at it again before you go on.', { name })
        : t('{name} finished this a moment ago. Nothing was sent.', { name }),
    );
    this.name = 'TakenMeanwhile';
    this.isOver = !isOpen(task as Task);
  }
}

/** As the task will be: by whom and when. */
export function decided(
  task: Task,
  by: By,
  {
    status,
    note,
    reason,
    output,
  }: {
    readonly status: Task['status'];
    /** For the patient, where the Task is theirs; else for colleagues. */
    readonly note?: string;
    readonly reason?: string;
    readonly output?: Task['output'];
  },
): Task {
  const time = new Date().toISOString();
  return {
    ...task,
    status,
    owner: by,
    lastModified: modifiedAt(task, Date.now()),
    ...(reason?.trim() ? { statusReason: { text: reason.trim() } } : {}),
    ...(note?.trim() ? { note: [...(task.note ?? []), annotation(by, time, note)] } : {}),
    ...(output ? { output } : {}),
  };
}

const annotation = (authorReference: By, time: string, text: string): Annotation => ({
  authorReference,
  time,
  text: text.trim(),
});

/** All or nothing. What was stored although its answer was lost is not stored again, and is no conflict: the Task carries the identity of what was sent. */
export async function decide(
  fhir: FhirApi,
  after: Task,
  others: readonly Change[],
  identity: string,
): Promise<void> {
  try {
    await fhir.transact([...others, { resource: markSent(after, identity) }]);
  } catch (error) {
    await explain(fhir, after, identity, error);
  }
}

/** Resolves where it was stored by us; rejects with what became of it. */
async function explain(fhir: FhirApi, task: Task, identity: string, error: unknown): Promise<void> {
  if (!(error instanceof FhirFailure) || error.status !== 412) throw error;
  const now = await fhir.read<Task>('Task', task.id as string);
  if (isSent(now, identity)) return;
  if (isOpen(now) && cameAgainAt(now) !== cameAgainAt(task))
    throw new Explained(
      t('Something new came to this a moment ago. Nothing was sent; look at it before you go on.'),
    );
  if (now.meta?.versionId !== task.meta?.versionId) throw new TakenMeanwhile(now);
  throw new Explained(
    t('This was changed a moment ago. Nothing was sent; what you see now is how it stands.'),
  );
}

export function claim(fhir: FhirApi, task: Task, by: By, identity: string): Promise<void> {
  const status = task.status === 'requested' ? 'received' : task.status;
  return decide(fhir, decided(task, by, { status }), [], identity);
}

export const finish = (fhir: FhirApi, task: Task, by: By, identity: string): Promise<void> =>
  decide(fhir, decided(task, by, { status: 'completed' }), [], identity);

/** As it was before; `then`: how it was. Only where nobody has touched it since. */
export async function undo(fhir: FhirApi, then: Task, identity: string): Promise<void> {
  const now = await fhir.read<Task>('Task', then.id as string);
  if (!isSent(now, identity)) throw new TakenMeanwhile(now);
  await fhir.update<Task>(takenBack(now, then));
}

export function takenBack(now: Task, then: Task): Task {
  const {
    owner: _,
    note: __,
    performerType: ___,
    businessStatus: ____,
    executionPeriod: _____,
    ...rest
  } = now;
  const { owner, note, performerType, businessStatus, executionPeriod } = then;
  return {
    ...rest,
    status: then.status,
    lastModified: modifiedAt(now, Date.now()),
    ...(owner ? { owner } : {}),
    ...(note ? { note } : {}),
    ...(performerType ? { performerType } : {}),
    ...(businessStatus ? { businessStatus } : {}),
    ...(executionPeriod ? { executionPeriod } : {}),
  };
}
