/** Plans of care with what they consist of, the values that their goals are about, and what was ticked off. */
import type { CarePlan, CareTeam, Goal, Observation, Resource } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { type Fhir, listOf } from '../../smart/fhir.ts';
import { measuresOf } from './goals.ts';

/** Values of one measure: enough for a line. */
const VALUES = '8';

export interface Care {
  readonly plans: readonly CarePlan[];
  /** What activities refer to. */
  readonly included: readonly Resource[];
  readonly goals: readonly Goal[];
  readonly teams: readonly CareTeam[];
  /** Newest first. */
  readonly values: readonly Observation[];
}

export const careQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['care-plans', fhir.patient],
    queryFn: async (): Promise<Care> => {
      const { patient } = fhir;
      const [{ resources, included }, goals, [teams]] = await Promise.all([
        fhir.search<CarePlan>('CarePlan', {
          patient,
          _sort: '-date',
          _count: '50',
          _include: 'CarePlan:activity-reference',
        }),
        fhir.search<Goal>('Goal', { patient, _count: '100' }),
        fhir.batch([`CareTeam?${new URLSearchParams({ patient, status: 'active' })}`]),
      ]);
      return {
        plans: resources.filter(isPlan),
        included,
        goals: goals.resources,
        teams: listOf<CareTeam>(teams) ?? [],
        values: await valuesOf(fhir, goals.resources),
      };
    },
  });

/** What is only proposed, or still being written, is not the plan yet. */
const isPlan = ({ intent, status }: CarePlan): boolean =>
  intent !== 'proposal' && intent !== 'option' && status !== 'draft';

async function valuesOf(fhir: Fhir, goals: readonly Goal[]): Promise<readonly Observation[]> {
  const codes = [...new Set(goals.flatMap(measuresOf))].slice(0, 20);
  const answers = await fhir.batch(
    codes.map(
      (code) =>
        `Observation?${new URLSearchParams({ patient: fhir.patient, 'combo-code': code, _sort: '-date', _count: VALUES })}`,
    ),
  );
  return answers.flatMap((answer) => listOf<Observation>(answer) ?? []);
}
