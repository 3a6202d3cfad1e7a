/** Blood pressures measured at home have no laboratory: they are judged by the American Heart Association's thresholds (home readings, 2017 guideline, table 11). */
import type { Observation } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { valueIn } from './quantity.ts';

export interface Pressure {
  /** mmHg */
  readonly systolic: number;
  readonly diastolic: number;
}

const MMHG = { system: 'http://unitsofmeasure.org', code: 'mm[Hg]' };

type Parts = Pick<Observation, 'component'> & Partial<Pick<Observation, 'code' | 'valueQuantity'>>;

/** What is known of it: the two are components, or results by themselves. */
function partsOf(observation: Parts): Partial<Pressure> {
  const value = (wanted: string): number | undefined => {
    const quantity = [observation, ...(observation.component ?? [])].find((each) =>
      each.code?.coding?.some(({ code }) => code === wanted),
    )?.valueQuantity;
    if (!quantity) return undefined;
    return quantity.unit === undefined && quantity.code === undefined
      ? quantity.value
      : valueIn(quantity, MMHG);
  };
  const [systolic, diastolic] = [value('8480-6'), value('8462-4')];
  return { ...(systolic && { systolic }), ...(diastolic && { diastolic }) };
}

/** undefined: not both numbers, or not as a pressure. */
export function pressureOf(observation: Parts): Pressure | undefined {
  const { systolic, diastolic } = partsOf(observation);
  return systolic === undefined || diastolic === undefined ? undefined : { systolic, diastolic };
}

export interface HomeFlag {
  readonly kind: 'critical' | 'high' | 'low' | 'in';
  readonly words: string;
}

/** A crisis: above 180 or above 120; one of the two is enough. */
export const isCrisis = ({ systolic = 0, diastolic = 0 }: Partial<Pressure>): boolean =>
  systolic > 180 || diastolic > 120;

/** Within range only where both are known. */
export function pressureFlag(observation: Parts): HomeFlag | undefined {
  const parts = partsOf(observation);
  const { systolic, diastolic } = parts;
  if (isCrisis(parts)) return { kind: 'critical', words: t('Very high: needs action') };
  if ((systolic ?? 0) >= 130 || (diastolic ?? 0) >= 80) return { kind: 'high', words: t('Above range') };
  if ((systolic ?? 90) < 90 || (diastolic ?? 60) < 60) return { kind: 'low', words: t('Below range') };
  return systolic && diastolic ? { kind: 'in', words: t('In range') } : undefined;
}
