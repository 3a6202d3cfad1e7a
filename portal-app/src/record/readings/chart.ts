/** Values of one kind as lines of a chart, oldest first, in the unit of the newest: also where a unit of mass stands beside one of substance. */
import type { Observation } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { isOutside } from '../../format/flag.ts';
import { flagOf } from '../../format/flag-of.ts';
import { dateOf, isFromHome } from '../../format/observation.ts';
import { unitText } from '../../format/quantity.ts';
import type { Line, Point } from '../../format/trend.ts';
import { t } from '../../i18n/text.ts';
import { inUnit, KINDS, type KindName, unitOf } from './kinds.ts';
import { readingOf } from './reading.ts';

/** `all`: newest first. */
export function chartOf(
  kind: KindName,
  all: readonly Observation[],
): { readonly unit: string; readonly lines: readonly Line[] } {
  const readings = all.flatMap((observation) => {
    const reading = readingOf(observation);
    return reading ? { observation, reading } : [];
  });
  const unit = unitOf(kind, readings[0]?.reading.unit);
  const line = (name: string, part: 'value' | 'lower'): Line => ({
    name,
    points: readings.toReversed().flatMap(({ observation, reading }): Point[] => {
      const value = reading[part];
      const date = dateOf(observation);
      if (value === undefined || Number.isNaN(timeOf(date))) return [];
      return [
        {
          time: timeOf(date),
          date,
          value: inUnit(value, unitOf(kind, reading.unit), unit),
          outside: isOutside(flagOf(observation)),
          isFromHome: isFromHome(observation),
        },
      ];
    }),
  });
  const title = t(KINDS[kind].title);
  return {
    unit: unitText({ unit: unit.words }),
    lines:
      kind === 'blood-pressure'
        ? [line(t('Upper (systolic)'), 'value'), line(t('Lower (diastolic)'), 'lower')]
        : [line(title, 'value')],
  };
}
