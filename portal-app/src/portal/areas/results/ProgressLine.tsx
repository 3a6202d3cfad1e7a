/** Whether it got better or worse, in one line; nothing where that can't be told. */
import type { Goal, Observation } from '@medplum/fhirtypes';
import { formatDate } from '../../../format/date.ts';
import { dateOf } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { progressOf } from '../../../record/results/progress.ts';

export function ProgressLine({
  observation,
  all,
  goals,
}: {
  readonly observation: Observation;
  readonly all: readonly Observation[];
  readonly goals: readonly Goal[];
}) {
  const progress = progressOf(observation, all, goals);
  if (!progress) return null;
  const { words, before } = progress;
  return <span>{t(words, { value: valueText(before), date: formatDate(dateOf(before)) })}</span>;
}
