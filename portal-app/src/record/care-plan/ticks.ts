/**
 * That something of a plan was done: an Observation of the person's own, based on the plan, its code the activity, its day when (docs/decisions: 0034). The plan
 * itself stays the clinic's. Undone, it was entered in error. What the clinic asked for by a Task is that Task, completed.
 */
import type { CarePlan, Observation, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { PLAN_ACTIVITY } from '@wellspring/profiles/plan-activity';
import { dayAfter } from '../../format/date.ts';
import { type Change, type Fhir, FhirFailure } from '../../smart/fhir.ts';
import type { Activity } from './activities.ts';

const IDENTITY = 'urn:wellspring:plan-tick';

/** Days that are shown. */
export const SHOWN_DAYS = 7;

/** What was ticked off of these plans lately, and what was done for good. */
export const ticksQuery = (fhir: Fhir, plans: readonly CarePlan[]) =>
  queryOptions({
    queryKey: ['plan-ticks', fhir.patient, plans.map(({ id }) => id).join()],
    queryFn: () =>
      fhir.search<Observation>('Observation', {
        patient: fhir.patient,
        'based-on': plans.map(({ id }) => `CarePlan/${id}`).join(','),
        code: `${PLAN_ACTIVITY}|`,
        _sort: '-date',
        _count: '1000',
      }),
    enabled: plans.length > 0,
  });

const keyOf = ({ code }: Observation): string | undefined =>
  code?.coding?.find(({ system }) => system === PLAN_ACTIVITY)?.code;

/** Of one activity, newest first. */
export const ticksOf = (
  all: readonly Observation[],
  plan: CarePlan,
  { key }: Pick<Activity, 'key'>,
): readonly Observation[] =>
  all.filter(
    (each) =>
      keyOf(each) === key && each.basedOn?.some(({ reference }) => reference === `CarePlan/${plan.id}`),
  );

export const dayOfTick = ({ effectiveDateTime = '' }: Observation): string => effectiveDateTime.slice(0, 10);

/** The last days up to this one, oldest first. */
export const lastDays = (day: string): readonly string[] =>
  Array.from({ length: SHOWN_DAYS }, (_, i) => dayAfter(day, i + 1 - SHOWN_DAYS) ?? day);

/** Stored once however often it is pressed; after it was undone, again. What the clinic asked for by a Task is finished, and not to be undone. */
export async function tick(fhir: Fhir, plan: CarePlan, activity: Activity, day: string): Promise<void> {
  if (activity.task) return finish(fhir, activity.task);
  const identity = [plan.id, activity.key, day].join('/');
  const done: Observation = {
    resourceType: 'Observation',
    identifier: [{ system: IDENTITY, value: identity }],
    status: 'final',
    basedOn: [{ reference: `CarePlan/${plan.id}` }],
    code: { coding: [{ system: PLAN_ACTIVITY, code: activity.key }], text: activity.name },
    subject: { reference: `Patient/${fhir.patient}` },
    performer: [
      { reference: fhir.self, display: fhir.self } as NonNullable<Observation['performer']>[number],
    ],
    effectiveDateTime: day,
    valueBoolean: true,
  };
  const value = encodeURIComponent(identity.replaceAll(/[\\,$|]/g, '\\$&'));
  await fhir.create(done, `identifier=${IDENTITY}|${value}&status=final`);
}

export const undo = (fhir: Fhir, ticks: readonly Observation[]): Promise<void> =>
  fhir.transact(ticks.map((each): Change => ({ resource: { ...each, status: 'entered-in-error' } })));

/** Where it was finished before (an answer was lost, another tab), that is what was wanted. */
async function finish(fhir: Fhir, task: Task): Promise<void> {
  try {
    await fhir.update({ ...task, status: 'completed' });
  } catch (error) {
    const isOld = error instanceof FhirFailure && error.status === 412;
    if (!isOld || (await fhir.read<Task>('Task', task.id ?? '')).status !== 'completed') throw error;
  }
}
