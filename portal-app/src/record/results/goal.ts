/** The patient's goal for what a result measures (Goal.target): drawn with the trend, and told beside the laboratory's range. */
import type { Goal, Observation, Quantity } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { quantityText, valueIn } from '../../format/quantity.ts';
import { standingOf } from '../../format/standing.ts';
import { t } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';

export const goalsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['goals of', fhir.patient],
    queryFn: () => fhir.search<Goal>('Goal', { patient: fhir.patient, _count: '50' }),
  });

export interface ResultGoal {
  readonly words: string;
  /** In the unit of the result. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Whether this result is there; undefined: it does not say (`>=6` where 7 is the most). */
  readonly isMet: boolean | undefined;
}

/** The newest goal that still holds, by code; undefined where there is none, or it can't be compared. */
export function goalOf(observation: Observation, goals: readonly Goal[]): ResultGoal | undefined {
  const codes = (observation.code.coding ?? []).map(({ system, code }) => `${system}|${code}`);
  const quantity = observation.valueQuantity;
  if (quantity?.value === undefined) return undefined;
  const held = goals
    .filter(({ lifecycleStatus }) => ['accepted', 'active', 'on-hold', 'completed'].includes(lifecycleStatus))
    .toSorted((a, b) => (b.startDate ?? '').localeCompare(a.startDate ?? ''));
  for (const { target = [] } of held)
    for (const { measure, detailRange, detailQuantity } of target) {
      if (!measure?.coding?.some(({ system, code }) => codes.includes(`${system}|${code}`))) continue;
      const range = detailRange ?? boundsOf(detailQuantity);
      const [low, high] = [range?.low, range?.high].map((edge) => edge && valueIn(edge, quantity));
      if (low === undefined && high === undefined) continue;
      return {
        words: boundsWords(range?.low, range?.high),
        low,
        high,
        isMet: isMetBy(quantity, low, high),
      };
    }
  return undefined;
}

/** The limits are in the unit of the value; undefined: that can't be told. */
export function isMetBy(
  quantity: Quantity,
  low: number | undefined,
  high: number | undefined,
): boolean | undefined {
  const standing = standingOf(quantity, low, high);
  return standing && standing === 'in';
}

export const isMetGoal = (observation: Observation, goals: readonly Goal[]): boolean =>
  goalOf(observation, goals)?.isMet ?? false;

/** `< 7 %` is a bound; 7 % by itself is one from above: goals are to come down to. */
export function boundsOf(quantity: Quantity | undefined): { low?: Quantity; high?: Quantity } | undefined {
  if (!quantity) return undefined;
  const { comparator, ...edge } = quantity;
  return comparator?.startsWith('>') ? { low: edge } : { high: edge };
}

export function boundsWords(low: Quantity | undefined, high: Quantity | undefined): string {
  if (low?.value !== undefined && high?.value !== undefined)
    return `${quantityText(low)} – ${quantityText(high)}`;
  return low?.value !== undefined
    ? t('at least {value}', { value: quantityText(low) })
    : t('at most {value}', { value: quantityText(high) });
}
