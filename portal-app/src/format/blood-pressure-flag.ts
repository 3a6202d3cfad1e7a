/** Blood pressures measured at home have no laboratory: they are judged by the American Heart Association's thresholds (home readings, 2017 guideline, table 11). */
import type { Observation } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { valueIn } from './quantity.ts';
import { isFromPerson } from './words.ts';

export interface Pressure {
  /** mmHg */
  readonly systolic: number;
  readonly diastolic: number;
}

const MMHG = { system: 'http://unitsofmeasure.org', code: 'mm[Hg]' };
const PANELS: ReadonlySet<string> = new Set(['85354-9', '55284-4', '35094-2']);

/** undefined: not both numbers, or not as a pressure. */
export function pressureOf({ component = [] }: Pick<Observation, 'component'>): Pressure | undefined {
  const value = (code: string): number | undefined => {
    const part = component.find((each) => each.code?.coding?.some((coding) => coding.code === code));
    const quantity = part?.valueQuantity;
    if (!quantity) return undefined;
    return quantity.unit === undefined && quantity.code === undefined
      ? quantity.value
      : valueIn(quantity, MMHG);
  };
  const [systolic, diastolic] = [value('8480-6'), value('8462-4')];
  return systolic === undefined || diastolic === undefined ? undefined : { systolic, diastolic };
}

interface HomeFlag {
  readonly kind: 'critical' | 'high' | 'low' | 'in';
  readonly words: string;
}

/** A crisis: above 180 or above 120. */
export const isCrisis = ({ systolic, diastolic }: Pressure): boolean => systolic > 180 || diastolic > 120;

/** Of what a person or who acts for them wrote down; undefined of anything else. */
export function homePressureFlag(
  observation: Partial<Pick<Observation, 'code' | 'performer' | 'component'>>,
): HomeFlag | undefined {
  const isPanel = observation.code?.coding?.some(({ code }) => PANELS.has(code ?? ''));
  if (!isPanel || !observation.performer?.some(isFromPerson)) return undefined;
  const pressure = pressureOf(observation);
  if (!pressure) return undefined;
  const { systolic, diastolic } = pressure;
  if (isCrisis(pressure)) return { kind: 'critical', words: t('Very high: needs action') };
  if (systolic >= 130 || diastolic >= 80) return { kind: 'high', words: t('Above range') };
  if (systolic < 90 || diastolic < 60) return { kind: 'low', words: t('Below range') };
  return { kind: 'in', words: t('In range') };
}
