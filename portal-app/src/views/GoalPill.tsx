/** A result that is where it was agreed to be says so, whatever a laboratory's range for everybody says of it. */
import type { Goal, Observation } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { isMetGoal } from '../record/results/goal.ts';
import { Pill } from '../ui/parts.tsx';

export function GoalPill({
  result,
  goals,
}: {
  readonly result: Observation;
  readonly goals: readonly Goal[];
}) {
  return isMetGoal(result, goals) ? <Pill kind="ok">{t('At your goal')}</Pill> : null;
}
